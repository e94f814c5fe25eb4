import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { splitList } from '../schema/split-list.ts';
import { changeAccess, withEntry, withoutEntry } from './change.ts';
import { accessConfig } from './config.ts';
import type { AccessConfig, Group, User } from './kinds.ts';
import { newUser } from './parse.ts';
import { forgetPassword, setPassword } from './passwords.ts';
import { ROOT_ID } from './root.ts';
import { setTokenSecret } from './token-secrets.ts';

const TEXTS = ['firstname', 'lastname', 'email', 'comment', 'keys'] as const;

/** The user of this name; fails when there is none. */
export function findUser(config: AccessConfig, id: string): User {
  const user = config.users.get(id);
  if (!user) throw new PveFailure(`no such user ('${id}')`);
  return user;
}

/** Groups that a user is in, sorted. */
export function groupsOf({ groups }: AccessConfig, id: string): readonly string[] {
  return [...groups]
    .filter(([, { users }]) => users.includes(id))
    .map(([name]) => name)
    .sort();
}

/** A new user, with a password when the realm keeps it here. */
export async function addUser(parameters: Parameters): Promise<void> {
  const id = given(parameters, 'userid');
  await changeAccess('create user failed', config => {
    if (config.users.has(id)) throw new PveFailure(`user '${id}' already exists`);
    const user = changed(newUser(id), parameters);
    return inGroups({ ...config, users: withEntry(config.users, id, user) }, id, parameters);
  });
  const password = parameters.get('password');
  if (password !== undefined) setPassword(id, password);
}

export async function modifyUser(parameters: Parameters): Promise<void> {
  const id = given(parameters, 'userid');
  await changeAccess('update user failed', config => {
    const user = changed(findUser(config, id), parameters);
    return inGroups({ ...config, users: withEntry(config.users, id, user) }, id, parameters);
  });
}

/** Removes a user with tokens, memberships, grants and password. */
export async function deleteUser(parameters: Parameters): Promise<void> {
  const id = given(parameters, 'userid');
  const { tokens } = findUser(accessConfig(), id);
  await changeAccess('delete user failed', config => {
    if (id === ROOT_ID) throw new PveFailure(`unable to delete user '${ROOT_ID}'`);
    return {
      ...config,
      users: withoutEntry(config.users, id),
      groups: new Map([...config.groups].map(([name, group]) => [name, without(group, id)])),
      grants: config.grants.filter(({ kind, who }) => kind === 'group' || who.split('!')[0] !== id),
    };
  });
  for (const token of tokens.keys()) setTokenSecret(`${id}!${token}`, undefined);
  forgetPassword(id);
}

/** Sets a password, for which the realm must keep it. */
export function changePassword(parameters: Parameters): void {
  const id = given(parameters, 'userid');
  findUser(accessConfig(), id);
  setPassword(id, given(parameters, 'password'));
}

function changed(user: User, parameters: Parameters): User {
  const texts = TEXTS.flatMap(name => {
    const value = parameters.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...user,
    ...Object.fromEntries(texts),
    ...(parameters.has('enable') ? { enable: isSet(parameters, 'enable') } : {}),
    ...(parameters.has('expire') ? { expire: Number(parameters.get('expire')) } : {}),
  };
}

// Groups replace those that a user is in, unless they are to be added.
function inGroups(config: AccessConfig, id: string, parameters: Parameters): AccessConfig {
  if (!parameters.has('groups')) {
    if (isSet(parameters, 'append'))
      throw new ParameterFailure([{ parameter: 'groups', problem: "missing property required by 'append'" }]);
    return config;
  }
  const names = splitList(parameters.get('groups') ?? '');
  const missing = names.find(name => !config.groups.has(name));
  if (missing !== undefined) throw new PveFailure(`no such group '${missing}'`);
  const groups = [...config.groups].map(([name, group]): [string, Group] => {
    const others = isSet(parameters, 'append') ? group : without(group, id);
    return [
      name,
      names.includes(name) ? { ...others, users: [...new Set([...others.users, id])].sort() } : others,
    ];
  });
  return { ...config, groups: new Map(groups) };
}

function without(group: Group, id: string): Group {
  return { ...group, users: group.users.filter(user => user !== id) };
}
