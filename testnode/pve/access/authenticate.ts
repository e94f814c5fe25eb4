import { accessConfig } from './config.ts';
import type { AccessConfig } from './kinds.ts';
import { isCsrfToken, userOfTicket } from './tickets.ts';
import { tokenSecret } from './token-secrets.ts';

/** What of a request says who sent it. */
export interface Credentials {
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  readonly csrfToken: string | undefined;
  readonly isRead: boolean;
}

/** Who sent a request (`user@realm` or `user@realm!token`), or why it is not let in. */
export type Identity = { readonly id: string } | { readonly refusal: string };

const FAILED = { refusal: 'Authentication failed!' } as const;
const NO_TICKET = { refusal: 'No ticket' } as const;
const BAD_CSRF = { refusal: 'Permission denied - invalid csrf token' } as const;

/** A ticket, in the cookie or in `Authorization`, goes before an API token; without either nobody is let in. */
export function authenticate(credentials: Credentials): Identity {
  const ticket = ticketIn(credentials);
  if (ticket !== undefined) return byTicket(ticket, credentials);
  const token = tokenIn(credentials);
  return token === undefined ? NO_TICKET : byToken(token);
}

/** True when a request carries an API token and no ticket. */
export function isByToken(credentials: Credentials): boolean {
  return ticketIn(credentials) === undefined && tokenIn(credentials) !== undefined;
}

function tokenIn({ authorization }: Credentials): string | undefined {
  const text = /^PVEAPIToken[= ](.*)$/.exec(authorization ?? '')?.[1];
  return text === undefined ? undefined : unescaped(text);
}

function ticketIn({ cookie, authorization }: Credentials): string | undefined {
  const text =
    /(?:^|[;,\s])PVEAuthCookie=([^;]*)/.exec(cookie ?? '')?.[1] ??
    /^PVEAuthCookie=(.*)$/.exec(authorization ?? '')?.[1];
  return text === undefined ? undefined : unescaped(text.trim());
}

function byTicket(ticket: string, { csrfToken, isRead }: Credentials): Identity {
  const user = userOfTicket(ticket);
  if (user === undefined || !isActive(accessConfig(), user)) return FAILED;
  return isRead || isCsrfToken(csrfToken ?? '', user) ? { id: user } : BAD_CSRF;
}

function byToken(text: string): Identity {
  const [, id = '', secret = ''] = /^([^\s=]+@[^\s=]+![^\s=]+)=(.+)$/.exec(text) ?? [];
  const [user = '', name = ''] = id.split('!');
  const config = accessConfig();
  const token = config.users.get(user)?.tokens.get(name);
  if (!token || !isActive(config, user) || isOver(token.expire)) return FAILED;
  return tokenSecret(id) === secret ? { id } : FAILED;
}

/** True for a user who exists, is enabled and not expired. */
export function isActive({ users }: AccessConfig, id: string): boolean {
  const user = users.get(id);
  return user !== undefined && user.enable && !isOver(user.expire);
}

function isOver(expire: number): boolean {
  return expire !== 0 && expire <= Date.now() / 1000;
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
