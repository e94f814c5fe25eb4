import type { Parameters } from '../cli/command.ts';
import { given } from '../cli/command.ts';
import { PveFailure } from '../runtime/failure.ts';
import { changeAccess, withEntry, withoutEntry } from './change.ts';
import type { AccessConfig, Group } from './kinds.ts';

export function findGroup({ groups }: AccessConfig, name: string): Group {
  const group = groups.get(name);
  if (!group) throw new PveFailure(`group '${name}' does not exist`);
  return group;
}

export async function addGroup(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'groupid');
  await changeAccess('create group failed', config => {
    if (config.groups.has(name)) throw new PveFailure(`group '${name}' already exists`);
    const group = { users: [], comment: parameters.get('comment') ?? '' };
    return { ...config, groups: withEntry(config.groups, name, group) };
  });
}

export async function modifyGroup(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'groupid');
  await changeAccess('update group failed', config => {
    const group = findGroup(config, name);
    const comment = parameters.get('comment') ?? group.comment;
    return { ...config, groups: withEntry(config.groups, name, { ...group, comment }) };
  });
}

/** Removes a group and what was granted to it. */
export async function deleteGroup(parameters: Parameters): Promise<void> {
  const name = given(parameters, 'groupid');
  await changeAccess('delete group failed', config => {
    findGroup(config, name);
    return {
      ...config,
      groups: withoutEntry(config.groups, name),
      grants: config.grants.filter(({ kind, who }) => kind !== 'group' || who !== name),
    };
  });
}
