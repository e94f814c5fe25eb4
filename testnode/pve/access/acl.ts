import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import { splitList } from '../schema/split-list.ts';
import type { Caller } from './caller.ts';
import { changeAccess } from './change.ts';
import type { AccessConfig, Grant } from './kinds.ts';
import { findGroup } from './groups.ts';
import { findRole } from './own-roles.ts';
import { findToken } from './tokens.ts';
import { findUser } from './users.ts';

const KINDS = { users: 'user', groups: 'group', tokens: 'token' } as const;

/** Places that grants can be made for. */
const PATHS = [
  /^\/$/,
  /^\/(?:access|access\/groups|access\/realm|nodes|pool|sdn|sdn\/(?:zones|controllers|dns|ipams|fabrics)|storage|vms)$/,
  /^\/mapping(?:\/(?:pci|usb|dir|notifications)(?:\/[^/]+)?)?$/,
  /^\/access\/(?:groups|realm)\/[^/]+$/,
  /^\/(?:nodes|storage)\/[^/]+$/,
  /^\/pool(?:\/[^/]+){1,3}$/,
  /^\/sdn\/zones\/[^/]+(?:\/[^/]+(?:\/\d+)?)?$/,
  /^\/sdn\/(?:controllers|dns|ipams|fabrics)\/[^/]+$/,
  /^\/vms\/[1-9][0-9]{2,}$/,
];

/** `pveum acl modify`: gives users, groups and tokens roles on a path, or takes them away. */
export async function changeAcl(parameters: Parameters): Promise<void> {
  const path = normalPath(parameters);
  const roles = splitList(given(parameters, 'roles'));
  const wanted = Object.entries(KINDS).flatMap(([parameter, kind]) =>
    splitList(parameters.get(parameter) ?? '').map(who => ({ kind, who })),
  );
  if (Object.keys(KINDS).every(name => !parameters.has(name))) {
    const problem = "either 'users', 'groups' or 'tokens' is required.";
    throw new ParameterFailure(Object.keys(KINDS).map(parameter => ({ parameter, problem })));
  }
  const propagate = parameters.get('propagate') !== '0';
  const grants = wanted.flatMap(({ kind, who }) => roles.map(role => ({ path, kind, who, role, propagate })));
  await changeAccess('ACL update failed', config => {
    for (const grant of grants) assertExists(config, grant);
    const others = config.grants.filter(known => !grants.some(grant => isSame(grant, known)));
    return { ...config, grants: isSet(parameters, 'delete') ? others : [...others, ...grants] };
  });
}

/** Fails unless the caller may give rights on the path of a call away. */
export function assertMayGrant(parameters: Parameters, caller: Caller): void {
  const path = given(parameters, 'path')
    .replace(/^\/*/, '/')
    .replace(/(.)\/+$/, '$1');
  caller.assertOneOf(path, 'Permissions.Modify', ...privilegeOfOwner(path));
}

/** Whoever may make and remove what a path stands for may also let others at it. */
function privilegeOfOwner(path: string): readonly string[] {
  if (/^\/storage(\/|$)/.test(path)) return ['Datastore.Allocate'];
  if (/^\/vms(\/|$)/.test(path)) return ['VM.Allocate'];
  return /^\/pool(\/|$)/.test(path) ? ['Pool.Allocate'] : [];
}

function normalPath(parameters: Parameters): string {
  const text = given(parameters, 'path');
  const path = `/${text
    .split('/')
    .filter(part => part !== '')
    .join('/')}`;
  if (isSet(parameters, 'delete') || PATHS.some(pattern => pattern.test(path))) return path;
  throw new ParameterFailure([{ parameter: 'path', problem: `invalid ACL path '${text}'` }]);
}

function assertExists(config: AccessConfig, { kind, who, role }: Grant): void {
  findRole(config, role);
  if (kind === 'group') findGroup(config, who);
  else if (kind === 'user') findUser(config, who);
  else {
    const [userid = '', tokenid = ''] = who.split('!');
    findToken(
      config,
      new Map([
        ['userid', userid],
        ['tokenid', tokenid],
      ]),
    );
  }
}

function isSame(one: Grant, other: Grant): boolean {
  return (
    one.path === other.path && one.kind === other.kind && one.who === other.who && one.role === other.role
  );
}
