import { connectionOptions } from '../sdk/connection-options.ts';
import type { Options } from '../sdk/option.ts';

type Values = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** As community.proxmox names them. */
const VARIABLES: Readonly<Record<string, string>> = {
  api_host: 'PROXMOX_HOST',
  api_port: 'PROXMOX_PORT',
  api_user: 'PROXMOX_USER',
  api_token_id: 'PROXMOX_TOKEN_ID',
  api_token_secret: 'PROXMOX_TOKEN_SECRET',
  api_password: 'PROXMOX_PASSWORD',
  api_validate_certs: 'PROXMOX_VALIDATE_CERTS',
};

/**
 * Parameters as they came, with what the environment says of the API. The role has read it already, on the controller:
 * the environment of a node is not the user's.
 */
export function withEnvironment(raw: Values, environment: Environment, isInRole: boolean): Values {
  const options: Options = connectionOptions;
  const isGiven = (name: string): boolean =>
    [name, ...(options[name]?.aliases ?? [])].some(key => (raw[key] ?? '') !== '');
  const host = isGiven('api_host') || environment['PROXMOX_HOST'];
  if (isInRole || !host) return raw;
  const missing = Object.entries(VARIABLES).filter(
    ([name]) => !isGiven(name) && !isOfOtherLogin(name, isGiven),
  );
  const found = missing.flatMap(([name, variable]) => {
    const value = environment[variable];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return { ...raw, ...Object.fromEntries(found) };
}

/** Whoever gives a password means no token of the environment. */
const isOfOtherLogin = (name: string, isGiven: (name: string) => boolean): boolean =>
  name.startsWith('api_token') && isGiven('api_password') && !isGiven('api_token_secret');
