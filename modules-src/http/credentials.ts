import type { Login } from '../sdk/image.ts';

/** Headers that only one server may see. */
export interface Credentials {
  /** Scheme, host and port of that server. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What proves who we are to the server of the image; a login that stands in its URL counts, too. */
export function credentialsOf(login: Login): Credentials {
  const url = new URL(login.url);
  const username = login.username ?? decodeURIComponent(url.username);
  const password = login.password ?? decodeURIComponent(url.password);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const given = Object.entries(login.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    origin: url.origin,
    headers: { ...(username !== '' && { authorization: `Basic ${basic}` }), ...Object.fromEntries(given) },
  };
}

/** Headers for a server: none when it is not the one that they are for, as after a redirect to another. */
export function credentialsFor(
  url: URL,
  credentials: Credentials | undefined,
): Readonly<Record<string, string>> {
  return credentials?.origin === url.origin ? credentials.headers : {};
}
