import type { Caller } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import { permissionTree } from '../../access/overview.ts';
import { ANY_USER } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { TEXT } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';

export const PERMISSION_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/access/permissions',
    permission: ANY_USER,
    parameters: { path: TEXT, userid: TEXT },
    answer: showPermissions,
  },
];

// Of others only who may look around in /access.
function showPermissions(parameters: Parameters, caller: Caller): object {
  const id = parameters.get('userid') ?? caller.id;
  if (id.split('!')[0] !== caller.id && id !== caller.id) caller.assertAll('/access', 'Sys.Audit');
  return permissionTree(accessConfig(), id, parameters.get('path'));
}
