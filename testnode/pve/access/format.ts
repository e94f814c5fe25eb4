import { encodeText } from '../config/sections.ts';
import type { AccessConfig, Grant, User } from './kinds.ts';

/** The text of user.cfg as PVE writes it: users with their tokens, groups, pools, roles, grants, each kind sorted. */
export function formatAccess({ users, groups, pools, roles, grants }: AccessConfig): string {
  const blocks = [
    sorted(users).flatMap(([, user]) => userLines(user)),
    sorted(groups).map(([name, group]) => line('group', name, group.users.join(','), group.comment)),
    sorted(pools).map(([name, pool]) =>
      line('pool', name, pool.comment, pool.vms.join(','), pool.storages.join(',')),
    ),
    sorted(roles).map(([name, privileges]) => line('role', name, [...privileges].sort().join(','))),
    grantLines(grants),
  ];
  return `${blocks.map(lines => lines.map(text => `${text}\n`).join('')).join('\n')}\n`;
}

function userLines({ tokens, enable, expire, ...user }: User): readonly string[] {
  const texts = [user.firstname, user.lastname, user.email, user.comment, user.keys];
  return [
    line('user', user.id, enable ? '1' : '0', String(expire), ...texts),
    ...sorted(tokens).map(([id, token]) =>
      line('token', `${user.id}!${id}`, String(token.expire), token.privsep ? '1' : '0', token.comment),
    ),
  ];
}

/** All who have the same roles on a path, alike in propagation, stand in one line. */
function grantLines(grants: readonly Grant[]): readonly string[] {
  const rolesOf = new Map<string, Set<string>>();
  for (const { path, propagate, kind, who, role } of grants) {
    const key = [path, propagate ? '1' : '0', `${kind === 'group' ? '@' : ''}${who}`].join('\0');
    rolesOf.set(key, (rolesOf.get(key) ?? new Set()).add(role));
  }
  const whoHas = new Map<string, string[]>();
  for (const [key, roles] of [...rolesOf].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const [path = '', propagate = '', who = ''] = key.split('\0');
    const line = [path, propagate, [...roles].sort().join(',')].join('\0');
    whoHas.set(line, [...(whoHas.get(line) ?? []), who]);
  }
  return [...whoHas].map(([key, names]) => {
    const [path = '', propagate = '', roles = ''] = key.split('\0');
    return `acl:${propagate}:${path}:${names.join(',')}:${roles}:`;
  });
}

function line(kind: string, ...fields: readonly string[]): string {
  return [kind, ...fields.map(encodeText), ''].join(':');
}

function sorted<T>(entries: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
}
