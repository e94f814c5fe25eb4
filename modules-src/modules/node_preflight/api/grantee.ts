import type { Grantee } from '../../../pve/access/grants.ts';
import type { Wanted } from '../params.ts';

/** Whom a playbook without a login is taken to mean. */
const USUAL: Grantee = { user: 'ansible@pve', token: 'ansible@pve!role' };

/** Who asks the API: a token, by its full name or beside its user, or a user. */
export function granteeOf({ api_user: user, api_token_id: id, api_password: password }: Wanted): Grantee {
  if (id !== undefined) {
    const token = id.includes('!') ? id : `${user ?? USUAL.user}!${id}`;
    return { user: token.slice(0, token.indexOf('!')), token };
  }
  if (user === undefined) return USUAL;
  return { user, token: password === undefined ? `${user}!role` : undefined };
}
