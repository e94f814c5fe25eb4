import { connectionOptions } from '../../modules-src/sdk/connection-options.ts';
import { defineOptions } from '../../modules-src/sdk/option.ts';
import { omit, prefixed, without } from '../../modules-src/sdk/compose.ts';

const { api_validate_certs: validateCerts, api_ca_path: caPath, ...others } = connectionOptions;

/** By which door the role enters, and what that of the API needs. The node has a variable already. */
export const connection = {
  ...defineOptions({
    proxmox_connection: {
      type: 'str',
      choices: ['auto', 'ssh', 'api'],
      default: 'auto',
      description: [
        'How Proxmox VE is reached: by SSH, as root on the node, or by its API, with a token and nothing on the node.',
        '`auto` takes SSH where a host of the inventory is the node, else the API where `proxmox_api_host` is set.',
      ],
    },
  }),
  ...prefixed('proxmox_', {
    ...omit(others, 'api_node', 'api_fingerprint'),
    api_validate_certs: without(validateCerts, 'aliases'),
    api_ca_path: without(caPath, 'aliases'),
    api_fingerprint: others.api_fingerprint,
  }),
  ...defineOptions({
    proxmox_validate_certs: {
      type: 'bool',
      description: 'Another name of `proxmox_api_validate_certs`, as older playbooks have it.',
    },
  }),
};
