import { UserError } from '../../sdk/error.ts';
import { optionName } from '../../sdk/option-name.ts';

/** Where the API is, and who asks. */
export interface Connection {
  /** Any node of the cluster: it answers for the others. */
  readonly host: string;
  readonly port: number;
  readonly login: ApiToken | Password;
  readonly trust: ApiTrust;
  /** Seconds without an answer. */
  readonly timeout: number;
}

/** `user@realm!id` and its secret. */
export interface ApiToken {
  readonly tokenId: string;
  readonly tokenSecret: string;
}

/** A login that gets tickets, which last two hours. */
export interface Password {
  /** `user@realm`. */
  readonly user: string;
  readonly password: string;
}

/** Why the server is believed to be the right one: the first of them that is given counts. */
export interface ApiTrust {
  /** SHA-256 of its certificate: what a homelab needs in place of checking nothing. */
  readonly fingerprint: string | undefined;
  /** File of authorities besides the system's. */
  readonly caPath: string | undefined;
  readonly validateCerts: boolean;
}

/** The connection that the parameters of a module describe. */
export function connectionOf(values: Readonly<Record<string, unknown>>, host: string): Connection {
  const { api_port: port, api_validate_certs: validateCerts } = values;
  return {
    host,
    port: typeof port === 'number' ? port : 8006,
    login: loginOf(values),
    trust: {
      fingerprint: textOf(values['api_fingerprint']),
      caPath: textOf(values['api_ca_path']),
      validateCerts: validateCerts !== false,
    },
    timeout: 60,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function loginOf(values: Readonly<Record<string, unknown>>): Connection['login'] {
  const [user, id] = [textOf(values['api_user']), textOf(values['api_token_id'])];
  const [password, tokenSecret] = [textOf(values['api_password']), textOf(values['api_token_secret'])];
  if (id !== undefined && tokenSecret !== undefined)
    return {
      tokenId: fullTokenId(user, partOfToken(id, 'api_token_id')),
      tokenSecret: partOfToken(tokenSecret, 'api_token_secret'),
    };
  if (user !== undefined && password !== undefined) return { user, password };
  throw new UserError(
    `cannot log in to the API: neither a token nor a password is given; set ${optionName('api_token_id')} (user@realm!id) and ` +
      `${optionName('api_token_secret')}, or ${optionName('api_user')} and ${optionName('api_password')}`,
  );
}

/**
 * Files and the environment add line ends; no other header than one of ASCII could be sent. `=` is what other programs have
 * between name and secret: whoever writes both into one would be shown the secret as a name.
 */
function partOfToken(text: string, option: 'api_token_id' | 'api_token_secret'): string {
  const part = text.trim();
  if (/^[!-<>-~]+$/.test(part)) return part;
  throw new UserError(
    `cannot log in to the API: ${optionName(option)} is no part of a token; write its name and its secret as \`pveum user token add\` shows them`,
  );
}

/** As community.proxmox has it: the id alone, beside the user, or `user@realm!id` in one. */
function fullTokenId(user: string | undefined, id: string): string {
  if (id.includes('!')) return id;
  if (user === undefined)
    throw new UserError(
      `cannot use ${optionName('api_token_id')}: it names no user; write user@realm!name, or set ${optionName('api_user')}`,
    );
  return `${user.split('!', 1)[0] ?? user}!${id}`;
}
