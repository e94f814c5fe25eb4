import type { AccessConfig, Grant } from './kinds.ts';
import { PRIVILEGES, privilegesOfRole } from './roles.ts';
import { ROOT_ID } from './root.ts';

/** Privileges with whether they hold below the path too. */
export type Privileges = ReadonlyMap<string, boolean>;

const NO_ACCESS = 'NoAccess';
const NOTHING: Privileges = new Map();
const EVERYTHING: Privileges = new Map(PRIVILEGES.map(name => [name, true]));

/**
 * What a user or token may on a path. Of all that is granted from `/` down to the path, what stands nearest to it
 * counts, a grant to the user before those to their groups. A token with privilege separation may what it and its
 * user both may; without, it is its user.
 */
export function privilegesOn(config: AccessConfig, id: string, path: string): Privileges {
  const [userId = '', tokenId] = id.split('!');
  if (tokenId === undefined) return privilegesOfUser(config, userId, path);
  const token = config.users.get(userId)?.tokens.get(tokenId);
  if (!token) return NOTHING;
  const ofUser = privilegesOfUser(config, userId, path);
  if (!token.privsep) return ofUser;
  const own = withPools(config, id, path, rolesOn(config, id, path));
  return new Map([...own].filter(([name]) => ofUser.has(name)));
}

function privilegesOfUser(config: AccessConfig, user: string, path: string): Privileges {
  if (user === ROOT_ID) return EVERYTHING;
  return withPools(config, user, path, rolesOn(config, user, path));
}

type Roles = ReadonlyMap<string, boolean>;

function rolesOn(config: AccessConfig, id: string, path: string): Roles {
  let roles: Roles = new Map();
  for (const step of stepsTo(path)) {
    const here = config.grants.filter(
      grant => grant.path === step && (step === path || grant.propagate) && concerns(config, grant, id),
    );
    const own = here.filter(grant => grant.kind !== 'group');
    const nearest = own.length > 0 ? own : here;
    if (nearest.length > 0) roles = new Map(nearest.map(({ role, propagate }) => [role, propagate]));
  }
  const refused = roles.get(NO_ACCESS);
  return refused === undefined ? roles : new Map([[NO_ACCESS, refused]]);
}

function concerns({ groups }: AccessConfig, { kind, who }: Grant, id: string): boolean {
  return kind === 'group' ? (groups.get(who)?.users.includes(id) ?? false) : who === id;
}

// `/`, then each part of the path, down to itself.
function stepsTo(path: string): readonly string[] {
  const parts = path.split('/').filter(part => part !== '');
  const below = parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  return ['/', ...below];
}

/** Members of a pool can be reached through the pool's roles as well; they do not go further down. */
function withPools(config: AccessConfig, id: string, path: string, roles: Roles): Privileges {
  const all = new Map(roles);
  if (!roles.has(NO_ACCESS)) {
    for (const [name, pool] of config.pools) {
      if (!isMember(path, pool)) continue;
      for (const role of rolesOn(config, id, `/pool/${name}`).keys())
        if (!all.has(role)) all.set(role, false);
    }
  }
  if (all.has(NO_ACCESS)) return NOTHING;
  const privileges = new Map<string, boolean>();
  for (const [role, propagate] of all) {
    for (const name of privilegesOfRole(config, role) ?? [])
      privileges.set(name, propagate || (privileges.get(name) ?? false));
  }
  return privileges;
}

function isMember(
  path: string,
  pool: { readonly vms: readonly number[]; readonly storages: readonly string[] },
): boolean {
  const [, kind, name = ''] = /^\/(vms|storage)\/([^/]+)$/.exec(path) ?? [];
  return kind === 'vms'
    ? pool.vms.includes(Number(name))
    : kind === 'storage' && pool.storages.includes(name);
}
