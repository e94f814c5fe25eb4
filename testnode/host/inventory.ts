import { join } from 'node:path';
import { addressOf } from './plan.ts';

/** What is needed to reach the nodes of a cluster by SSH. */
export interface Access {
  readonly state: string;
  readonly lan: number;
  readonly network: string;
  readonly names: readonly string[];
  /** Whether the files must also work from the host's own network, as users of the command line need it. */
  readonly isPersistent: boolean;
}

const CONNECT_SCRIPT = join(import.meta.dirname, 'connect.sh');

/** Client configuration: the user's own is not read, and no host key is asked for or remembered. */
export function sshConfig(access: Access): string {
  const { state, names } = access;
  const hosts = names.map(name => `Host ${name}\n  HostName ${addressOf(access, name)}\n`);
  return [
    ...hosts,
    'Host *',
    '  User root',
    `  IdentityFile ${join(state, 'ssh_key')}`,
    '  IdentitiesOnly yes',
    '  StrictHostKeyChecking no',
    '  UserKnownHostsFile /dev/null',
    '  LogLevel ERROR',
    '  ConnectTimeout 10',
    ...proxyLines(access),
    '',
  ].join('\n');
}

/** Public key of the image server, on the nodes. */
export const SERVER_KEYRING = '/usr/share/keyrings/test-node.gpg';

/** The keys of another publisher's images are the publisher's. */
const keyringOfUbuntu = (file: string): string =>
  `{{ '${file}' if proxmox_cloud_image_verify != 'unsigned' and 'ubuntu' in ` +
  "(proxmox_vm_cloud_image_url | default(proxmox_vm_cloud_image | default(''), true)) else omit }}";

/**
 * The image server has the layout of publishers, and none of their keys: it signs as Ubuntu does, with one of its own,
 * which is in that file where images are verified.
 */
export const imageVariables = (keyring: string): readonly string[] => [
  '[all:vars]',
  'proxmox_cloud_image_verify=unsigned',
  `proxmox_vm_cloud_image_keyring=${JSON.stringify(keyringOfUbuntu(keyring))}`,
];

/** The inventory holds the nodes alone, so that `localhost` stays Ansible's implicit one. */
export function inventory(access: Access): string {
  const { state, names } = access;
  const hosts = names.map(name => `${name} ansible_host=${addressOf(access, name)}`);
  return [
    '[nodes]',
    ...hosts,
    '',
    ...imageVariables(SERVER_KEYRING),
    '',
    // Not of the group `all`, whose variables the implicit localhost would get as well.
    '[nodes:vars]',
    'ansible_connection=ssh',
    'ansible_user=root',
    `ansible_ssh_private_key_file=${join(state, 'ssh_key')}`,
    `ansible_ssh_common_args='-F ${join(state, 'ssh_config')}'`,
    // Ansible names its control sockets by address and user, which other clusters have as well.
    `ansible_control_path=${join(state, 'cm-%%C')}`,
    '',
  ].join('\n');
}

function proxyLines({ lan, isPersistent }: Access): readonly string[] {
  if (!isPersistent) return [];
  return [`  ProxyCommand nsenter --target ${lan} --net --pid -- "${CONNECT_SCRIPT}" %h %p`];
}
