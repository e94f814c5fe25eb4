import { defineOptions } from '../modules-src/sdk/option.ts';
import { prefixed } from '../modules-src/sdk/compose.ts';

/** Of the API's options, those that community.proxmox and the classic role name the same. */
const apiOptions = defineOptions({
  api_host: {
    type: 'str',
    description: [
      'Name or address of a node of the cluster, any of them, whose API is asked.',
      'Absent: `PROXMOX_HOST` of the environment.',
    ],
    example: 'pve.example.com',
  },
  api_port: {
    type: 'int',
    min: 1,
    max: 65535,
    description: 'Port of the API. Absent: `PROXMOX_PORT` of the environment, else 8006.',
  },
  api_user: {
    type: 'str',
    description:
      'User with its realm; not needed where `api_token_id` names it. Absent: `PROXMOX_USER` of the environment.',
    example: 'ansible@pve',
  },
  api_token_id: {
    type: 'str',
    description:
      'Name of an API token, with its user before it or in `api_user`. Absent: `PROXMOX_TOKEN_ID` of the environment.',
    example: 'ansible@pve!role',
  },
  api_token_secret: {
    type: 'str',
    secret: true,
    description: 'Secret of the token. Absent: `PROXMOX_TOKEN_SECRET` of the environment.',
  },
  api_password: {
    type: 'str',
    secret: true,
    description:
      'Password of `api_user`, where there is no token. Absent: `PROXMOX_PASSWORD` of the environment.',
  },
  api_validate_certs: {
    type: 'bool',
    description:
      'Verify the certificate of the API. Absent: `PROXMOX_VALIDATE_CERTS` of the environment, else yes.',
  },
  api_ca_path: {
    type: 'path',
    description:
      'File with the certificates (PEM) that are trusted besides the system’s, such as a copy of the cluster’s /etc/pve/pve-root-ca.pem.',
  },
  api_fingerprint: {
    type: 'str',
    description:
      'SHA-256 of the certificate that the API has: where it has this one, no authority is needed to trust it.',
  },
});

/** By which door the role enters, and what the API's needs. */
export const connection = {
  ...defineOptions({
    proxmox_connection: {
      type: 'str',
      choices: ['auto', 'ssh', 'api'],
      default: 'auto',
      description: [
        'How Proxmox VE is reached: by SSH as root on the node, or by its API with a token, when nothing is done on the node.',
        '`auto` takes SSH where a host of the inventory is the node, else the API where `proxmox_api_host` is set.',
      ],
    },
  }),
  ...prefixed('proxmox_', apiOptions),
  ...defineOptions({
    proxmox_validate_certs: {
      type: 'bool',
      description: 'Another name of `proxmox_api_validate_certs`, as older playbooks have it.',
    },
  }),
};
