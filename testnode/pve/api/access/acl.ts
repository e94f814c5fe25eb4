import { assertMayGrant, changeAcl } from '../../access/acl.ts';
import type { Caller } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import { ANY_USER } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import type { Route } from '../route.ts';
import { ACL_OPTIONS } from './parameters.ts';

export const ACL_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/access/acl', permission: ANY_USER, answer: listGrants },
  {
    method: 'PUT',
    path: '/access/acl',
    permission: { kind: 'rule', check: assertMayGrant },
    isProtected: true,
    parameters: ACL_OPTIONS,
    answer: changeAcl,
  },
];

// All of them for who may look around in /access, else those on paths where the caller may give everything.
function listGrants(_: Parameters, caller: Caller): readonly object[] {
  const seesAll = caller.may('/access', 'Sys.Audit');
  return accessConfig()
    .grants.filter(({ path }) => seesAll || caller.may(path, 'Permissions.Modify'))
    .map(({ path, kind, who, role, propagate }) => ({
      path,
      type: kind,
      ugid: who,
      roleid: role,
      propagate: propagate ? 1 : 0,
    }));
}
