import { accessConfig } from '../../access/config.ts';
import { addRole, deleteRole, findRole, modifyRole } from '../../access/own-roles.ts';
import { ANY_USER, needs } from '../../access/permission.ts';
import { isBuiltIn, roleNames } from '../../access/roles.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { BOOLEAN, TEXT } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { ROLE } from './parameters.ts';

const ROLES = '/access/roles';
const ONE = `${ROLES}/{roleid}`;
const MAY_CHANGE = needs('/access', 'Sys.Modify');

export const ROLE_ROUTES: readonly Route[] = [
  { method: 'GET', path: ROLES, permission: ANY_USER, answer: listRoles },
  {
    method: 'POST',
    path: ROLES,
    permission: MAY_CHANGE,
    isProtected: true,
    parameters: { privs: TEXT, roleid: ROLE },
    answer: addRole,
  },
  { method: 'GET', path: ONE, permission: ANY_USER, answer: showRole },
  {
    method: 'PUT',
    path: ONE,
    permission: MAY_CHANGE,
    isProtected: true,
    parameters: { append: { ...BOOLEAN, requires: 'privs' }, privs: TEXT },
    answer: modifyRole,
  },
  { method: 'DELETE', path: ONE, permission: MAY_CHANGE, isProtected: true, answer: deleteRole },
];

function listRoles(): readonly object[] {
  const config = accessConfig();
  return roleNames(config).map(roleid => ({
    roleid,
    privs: findRole(config, roleid).join(','),
    special: isBuiltIn(roleid) ? 1 : 0,
  }));
}

function showRole(parameters: Parameters): object {
  const privileges = findRole(accessConfig(), given(parameters, 'roleid'));
  return Object.fromEntries(privileges.map(name => [name, 1]));
}
