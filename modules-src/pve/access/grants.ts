import type { Privilege } from '../settings/privileges.ts';

/** Who is to get something. */
export interface Grantee {
  /** `user@realm` */
  readonly user: string;
  /** `user@realm!id`; undefined: the user logs in with a password. */
  readonly token: string | undefined;
}

/** A role for each kind of path: what is needed on one VM is given on all of them. */
const ROLES: readonly (readonly [RegExp, string])[] = [
  [/^\/(?:vms|pool)(?:\/|$)/, 'AnsibleVM'],
  [/^\/storage(?:\/|$)/, 'AnsibleStorage'],
  [/^\/sdn(?:\/|$)/, 'AnsibleNetwork'],
  [/^\/mapping(?:\/|$)/, 'AnsibleDevice'],
  [/^\/nodes(?:\/|$)/, 'AnsibleNode'],
];

const roleFor = (path: string): string =>
  ROLES.find(([pattern]) => pattern.test(path))?.[1] ?? 'AnsibleCluster';

/**
 * The commands that give somebody these privileges, for root on a node. What stands nearest to a path counts there alone,
 * so that a role has all that is needed, not what is missing. `existing` are roles that there are.
 */
export function grantCommands(
  needed: readonly Privilege[],
  { user, token }: Grantee,
  existing: ReadonlySet<string> = new Set(),
): readonly string[] {
  const names = [...new Set(needed.map(({ path }) => roleFor(path)))].sort();
  return names.flatMap(name => {
    const own = needed.filter(({ path }) => roleFor(path) === name);
    const privileges = sortedUnique(own.map(({ privilege }) => privilege)).join(',');
    const paths = sortedUnique(own.map(({ path }) => path));
    return [
      ...(existing.has(name) ? [] : [`pveum role add ${name}`]),
      // Other VMs may need others: what is told for each of them may be given one after the other.
      `pveum role modify ${name} --append 1 --privs ${privileges}`,
      ...paths.map(path => grant(path, name, user, token)),
    ];
  });
}

/** What a token may is what it and its user both may; root may everything. */
function grant(path: string, role: string, user: string, token: string | undefined): string {
  const whom = [
    ...(user === 'root@pam' && token !== undefined ? [] : [`--users '${user}'`]),
    ...(token === undefined ? [] : [`--tokens '${token}'`]),
  ];
  // What is needed on the root of the tree is needed nowhere below it.
  const reach = path === '/' ? ' --propagate 0' : '';
  return `pveum acl modify ${path} --roles ${role} ${whom.join(' ')}${reach}`;
}

/** The commands that make a user and a token, for whoever has none. The secret is shown once. */
export const makeCommands = ({ user, token }: Grantee): readonly string[] => [
  ...(user.endsWith('@pve') ? [`pveum user add '${user}'`] : []),
  ...(token === undefined
    ? []
    : [`pveum user token add '${user}' ${token.slice(token.indexOf('!') + 1)} --privsep 1`]),
];

const sortedUnique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
