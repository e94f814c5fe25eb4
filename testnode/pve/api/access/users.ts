import type { Caller } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import type { Token, User } from '../../access/kinds.ts';
import { ANY_USER, every } from '../../access/permission.ts';
import type { Permission } from '../../access/permission.ts';
import { addUser, deleteUser, findUser, groupsOf, modifyUser } from '../../access/users.ts';
import type { Parameters } from '../../cli/command.ts';
import { given, isSet } from '../../cli/command.ts';
import { splitList } from '../../schema/split-list.ts';
import { BOOLEAN } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { PASSWORD, USER, USER_OPTIONS } from './parameters.ts';
import { onGroupsOfUser, seesUser } from './who.ts';

const USERS = '/access/users';
const ONE = `${USERS}/{userid}`;
const READERS = ['User.Modify', 'Sys.Audit'];

/** Who makes a user needs the realm, and the groups that the user is to be in. */
const MAY_ADD: Permission = {
  kind: 'rule',
  check: (parameters, caller) => {
    caller.assertAll(
      `/access/realm/${given(parameters, 'userid').split('@')[1] ?? ''}`,
      'Realm.AllocateUser',
    );
    const groups = splitList(parameters.get('groups') ?? '');
    if (caller.may('/access/groups', 'User.Modify')) return;
    const paths = groups.length === 0 ? ['/access/groups'] : groups.map(name => `/access/groups/${name}`);
    for (const path of paths) caller.assertAll(path, 'User.Modify');
  },
};
const MAY_DELETE: Permission = every(
  {
    kind: 'rule',
    check: (parameters, caller) =>
      caller.assertAll(
        `/access/realm/${given(parameters, 'userid').split('@')[1] ?? ''}`,
        'Realm.AllocateUser',
      ),
  },
  onGroupsOfUser('User.Modify'),
);

export const USER_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: USERS,
    permission: ANY_USER,
    isProtected: true,
    parameters: { enabled: BOOLEAN, full: BOOLEAN },
    answer: listUsers,
  },
  {
    method: 'POST',
    path: USERS,
    permission: MAY_ADD,
    isProtected: true,
    parameters: { ...USER_OPTIONS, password: PASSWORD, userid: USER },
    answer: addUser,
  },
  { method: 'GET', path: ONE, permission: onGroupsOfUser(...READERS), answer: showUser },
  {
    method: 'PUT',
    path: ONE,
    permission: onGroupsOfUser('User.Modify'),
    isProtected: true,
    parameters: { ...USER_OPTIONS, append: { ...BOOLEAN, requires: 'groups' } },
    answer: modifyUser,
  },
  { method: 'DELETE', path: ONE, permission: MAY_DELETE, isProtected: true, answer: deleteUser },
];

function listUsers(parameters: Parameters, caller: Caller): readonly object[] {
  const config = accessConfig();
  const enabled = parameters.get('enabled');
  return [...config.users.values()]
    .filter(({ id }) => id === caller.id || seesUser(config, id, caller, READERS))
    .filter(user => enabled === undefined || user.enable === (enabled === '1'))
    .map(user => ({
      userid: user.id,
      'realm-type': user.id.split('@')[1],
      ...describe(user),
      ...(isSet(parameters, 'full') ? withGroupsAndTokens(user, groupsOf(config, user.id)) : {}),
    }));
}

function withGroupsAndTokens({ tokens }: User, groups: readonly string[]): object {
  const described = [...tokens].map(([tokenid, token]) => ({ tokenid, ...describeToken(token) }));
  return { groups: groups.join(','), ...(described.length === 0 ? {} : { tokens: described }) };
}

function showUser(parameters: Parameters): object {
  const config = accessConfig();
  const user = findUser(config, given(parameters, 'userid'));
  const tokens = [...user.tokens].map(([id, token]) => [id, describeToken(token)] as const);
  return {
    ...describe(user),
    groups: groupsOf(config, user.id),
    ...(tokens.length === 0 ? {} : { tokens: Object.fromEntries(tokens) }),
  };
}

function describe(user: User): object {
  const texts = (['firstname', 'lastname', 'email', 'comment', 'keys'] as const)
    .map(name => [name, user[name]] as const)
    .filter(([, value]) => value !== '');
  return { enable: user.enable ? 1 : 0, expire: user.expire, ...Object.fromEntries(texts) };
}

export function describeToken({ privsep, expire, comment }: Token): object {
  return { privsep: privsep ? 1 : 0, expire, ...(comment === '' ? {} : { comment }) };
}
