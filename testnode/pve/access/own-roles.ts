import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { PveFailure } from '../runtime/failure.ts';
import { splitList } from '../schema/split-list.ts';
import { changeAccess, withEntry, withoutEntry } from './change.ts';
import type { AccessConfig } from './kinds.ts';
import { isBuiltIn, PRIVILEGES, privilegesOfRole } from './roles.ts';

/** Privileges of a role; fails when there is no such role. */
export function findRole(config: AccessConfig, name: string): readonly string[] {
  const privileges = privilegesOfRole(config, name);
  if (!privileges) throw new PveFailure(`role '${name}' does not exist`);
  return privileges;
}

export async function addRole(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'roleid');
  await changeAccess('create role failed', config => {
    if (privilegesOfRole(config, name)) throw new PveFailure(`role '${name}' already exists`);
    return { ...config, roles: withEntry(config.roles, name, privilegesIn(parameters)) };
  });
}

export async function modifyRole(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'roleid');
  await changeAccess('update role failed', config => {
    if (isBuiltIn(name)) throw new PveFailure(`auto-generated role '${name}' cannot be modified`);
    const before = findRole(config, name);
    const privileges = [...(isSet(parameters, 'append') ? before : []), ...privilegesIn(parameters)];
    return { ...config, roles: withEntry(config.roles, name, [...new Set(privileges)]) };
  });
}

/** Removes a role; grants of it go with it. */
export async function deleteRole(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'roleid');
  await changeAccess('delete role failed', config => {
    if (isBuiltIn(name)) throw new PveFailure(`auto-generated role '${name}' cannot be deleted`);
    findRole(config, name);
    return {
      ...config,
      roles: withoutEntry(config.roles, name),
      grants: config.grants.filter(({ role }) => role !== name),
    };
  });
}

function privilegesIn(parameters: Parameters): readonly string[] {
  const names = splitList(parameters.get('privs') ?? '');
  const unknown = names.find(name => !PRIVILEGES.includes(name));
  if (unknown !== undefined) throw new PveFailure(`invalid privilege '${unknown}'`);
  return names;
}
