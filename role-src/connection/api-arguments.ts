import { defineOptions } from '../../modules-src/sdk/option.ts';
import { number, text } from '../own-variable.ts';

/** Jinja: the modules go by the API, because no host of the inventory is the node. */
export const BY_API = 'proxmox_role_work.host | length == 0';

const environment = (name: string): string => `lookup('ansible.builtin.env', 'PROXMOX_${name}')`;

/** A value of the API for the modules: of the variable, else of the environment; by SSH nothing. */
const forApi = (value: string): string => `{{ ${value} | default(omit, true) if ${BY_API} else omit }}`;

const given = (option: string): string =>
  forApi(`proxmox_api_${option} | default(${environment(option.toUpperCase())}, true)`);

/** Whoever gives a password means no token of the environment. */
const givenOfToken = (option: string): string =>
  forApi(
    `proxmox_api_${option} | default(${environment(option.toUpperCase())} if proxmox_api_password is undefined else '', true)`,
  );

/** Own variables of who asks the API, and where. */
export const apiVariables = {
  proxmox_role_api_address: text(
    'Where the API is asked; empty: no variable says so.',
    `{{ proxmox_api_host | default(${environment('HOST')}, true) | string }}`,
  ),
  proxmox_role_api_shown: text(
    'The same without a login, which some write before it.',
    "{{ proxmox_role_api_address | regex_replace('.*@', '') }}",
  ),
  proxmox_role_api_has_login: {
    ...defineOptions({
      option: { type: 'bool', description: 'A token or a password is given for the API.' },
    }),
    value: `{{ ${['token_secret', 'password']
      .map(
        name =>
          `proxmox_api_${name} | default(${environment(name.toUpperCase())}, true) | string | length > 0`,
      )
      .join(' or ')} }}`,
  },
  proxmox_role_api_host: text('Host of the API.', forApi('proxmox_role_api_address')),
  proxmox_role_api_port: number('Its port.', given('port')),
  proxmox_role_api_user: text('Who asks it.', given('user')),
  proxmox_role_api_token_id: text('With which token.', givenOfToken('token_id')),
  proxmox_role_api_token_secret: text('Its secret.', givenOfToken('token_secret')),
  proxmox_role_api_password: text('Or with which password.', given('password')),
  proxmox_role_api_validate_certs: {
    ...defineOptions({ option: { type: 'bool', description: 'Whether its certificate is verified.' } }),
    value: `{{ proxmox_api_validate_certs | default(proxmox_validate_certs | default(${environment('VALIDATE_CERTS')} or omit)) if ${BY_API} else omit }}`,
  },
  proxmox_role_api_node: text('The node that it is asked about.', forApi('proxmox_role_work.node')),
  proxmox_role_api_ca_path: text('Authorities for it.', forApi("proxmox_api_ca_path | default('')")),
  proxmox_role_api_fingerprint: text('The one that it has.', forApi("proxmox_api_fingerprint | default('')")),
} as const;

const OPTIONS = [
  ...['host', 'port', 'user', 'token_id', 'token_secret', 'password'],
  ...['validate_certs', 'ca_path', 'fingerprint', 'node'],
];

/** Arguments of every module that can go by the API; by SSH each is left out. */
export const apiArguments: Readonly<Record<string, string>> = Object.fromEntries(
  OPTIONS.map(name => [`api_${name}`, `{{ proxmox_role_api_${name} }}`]),
);
