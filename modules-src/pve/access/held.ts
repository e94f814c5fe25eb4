import type { Permissions } from '../../sdk/facts.ts';
import type { Privilege } from '../settings/privileges.ts';

/** Of the privileges, those that are not held. */
export const missingPrivileges = (needed: readonly Privilege[], held: Permissions): Privilege[] =>
  needed.filter(({ path, privilege }) => !holds(held, path, privilege));

/** What stands nearest to a path counts alone; paths without an entry of their own are not listed. */
function holds(held: Permissions, path: string, privilege: string): boolean {
  const own = held.get(path);
  if (own !== undefined) return own.has(privilege);
  const above = ancestors(path).find(one => held.has(one));
  return above !== undefined && held.get(above)?.get(privilege) === true;
}

/** The nearest first. */
function ancestors(path: string): readonly string[] {
  const parts = path.split('/').filter(part => part !== '');
  const below = parts.slice(0, -1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
  return [...below.reverse(), '/'];
}
