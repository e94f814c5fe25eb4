import { defineOptions, type Option, type Options, type Pattern } from './option.ts';

/** A name, or an address of IPv4 or IPv6. */
const HOST: Pattern = {
  regex: String.raw`^([^\s/:]+|[\w.%]*:[\w.%]*:[\w:.%]*)$`,
  says: 'a name or an address, without https:// and without the port',
};

/** How a module reaches Proxmox VE: without `api_host` it works on the node that it runs on. */
export const connectionOptions = defineOptions({
  api_host: {
    type: 'str',
    pattern: HOST,
    description: [
      'Name or address of a node of the cluster, any of them, whose API is asked; the module then runs on the controller.',
      'Absent: `PROXMOX_HOST` of the environment; where that is not set either, the module works on the node that it runs on.',
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
    description: 'User with its realm, such as root@pam. Absent: `PROXMOX_USER` of the environment.',
    example: 'ansible@pve',
  },
  api_token_id: {
    type: 'str',
    description: [
      'Name of an API token of `api_user`, or `user@realm!name` in one.',
      'Absent: `PROXMOX_TOKEN_ID` of the environment.',
    ],
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
    aliases: ['validate_certs'],
    description:
      'Verify the certificate of the API. Absent: `PROXMOX_VALIDATE_CERTS` of the environment, else yes.',
  },
  api_ca_path: {
    type: 'path',
    aliases: ['ca_path'],
    description:
      'File of the controller with certificates (PEM) that are trusted besides the system’s, such as a copy of the cluster’s /etc/pve/pve-root-ca.pem.',
  },
  api_fingerprint: {
    type: 'str',
    description:
      'SHA-256 of the certificate that the API has: where it has this one, no authority is needed to trust it.',
  },
  api_node: {
    type: 'str',
    aliases: ['node'],
    description:
      'Node that is worked on by the API. Absent: the one of the VM, where it exists, else the only one of the cluster.',
    example: 'pve01',
  },
});

export type WithConnection<P extends Options> = P & typeof connectionOptions;

/** The options of a module with those of the connection; a name that the module has is its own. */
export function withConnection<P extends Options>(own: P): WithConnection<P>;
export function withConnection(own: Options): Options {
  const isFree = (name: string): boolean => !Object.hasOwn(own, name);
  const all: Options = connectionOptions;
  const ofConnection = Object.entries(all).map(([name, { aliases, ...option }]): [string, Option] => [
    name,
    { ...option, ...(aliases?.some(isFree) && { aliases: aliases.filter(isFree) }) },
  ]);
  return { ...own, ...Object.fromEntries(ofConnection) };
}
