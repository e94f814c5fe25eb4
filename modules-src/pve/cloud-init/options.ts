import { pick } from '../../sdk/compose.ts';
import { defineOptions } from '../../sdk/option.ts';
import { deviceAddresses } from '../settings/device-addresses.ts';
import {
  ABSOLUTE_PATH,
  GATEWAY,
  IPV4_CONFIG,
  IPV6,
  IPV6_CONFIG,
  ONE_LINE,
  SNIPPET_VOLUME,
  STORAGE_ID,
  USER_NAME,
} from '../text/patterns.ts';

const snippet = (kind: string) => ({
  type: 'str' as const,
  pattern: SNIPPET_VOLUME,
  description: `A ${kind} snippet that is there, instead of a text.`,
  example: `local:snippets/${kind}.yaml`,
});

const file = (option: string) => ({
  type: 'path' as const,
  description: `File with what \`${option}\` would say, looked for on the controller and then on the node.`,
});

/** Whom the role makes where nothing else is said. */
export const DEFAULT_USER = 'ubuntu';

/** What cloud-init tells the guest, by the names of the role variables (without `proxmox_vm_cloud_init_`). */
export const cloudInitOptions = defineOptions({
  user: { type: 'str', pattern: USER_NAME, description: 'User that cloud-init makes.', example: 'ubuntu' },
  password: {
    type: 'str',
    secret: true,
    description:
      'Password of the user. Without it only SSH keys open the guest. Stored as a hash, but for Windows.',
  },
  ssh_keys: {
    type: 'list',
    elements: 'str',
    description: 'SSH public keys of the user.',
    example: ['ssh-ed25519 AAAA... me@example.com'],
  },
  ssh_keys_file: {
    type: 'path',
    pattern: ABSOLUTE_PATH,
    description: 'File of SSH public keys, looked for on the controller and then on the node.',
    example: '/root/.ssh/authorized_keys',
  },
  ip: {
    type: 'str',
    pattern: IPV4_CONFIG,
    description: 'IPv4 of the first network device: `dhcp` or an address with its prefix length.',
    example: '192.168.1.100/24',
  },
  gw: {
    type: 'str',
    pattern: GATEWAY,
    description: 'IPv4 gateway; a static address needs one, or `none` for a network that leads nowhere else.',
    example: '192.168.1.1',
  },
  ip6: {
    type: 'str',
    pattern: IPV6_CONFIG,
    description: 'IPv6 of the first network device: `dhcp`, `auto` or an address with its prefix length.',
  },
  gw6: { type: 'str', pattern: IPV6, description: 'IPv6 gateway.' },
  dns: {
    type: 'list',
    elements: 'str',
    pattern: ONE_LINE,
    description: 'DNS servers, as a list or separated by spaces; absent: those of the node.',
    example: ['1.1.1.1', '2606:4700:4700::1111'],
  },
  domain: {
    type: 'list',
    elements: 'str',
    pattern: ONE_LINE,
    description: 'DNS search domains, as a list or separated by spaces; absent: that of the node.',
    example: ['example.com'],
  },
  networks: {
    type: 'dict',
    ...deviceAddresses,
    description: [
      'Addresses of further network devices, net1 to net31: a dictionary of `ip`, `gw`, `ip6` and `gw6`,',
      'or a text as `qm` takes it in `ipconfig<n>`.',
    ],
    example: { net1: { ip: '10.0.0.5/24', ip6: 'auto' }, net2: 'ip=dhcp' },
  },
  upgrade: {
    type: 'bool',
    description: 'Upgrade the guest’s packages at its first boot; absent: the default of PVE, which is yes.',
  },
  user_data: {
    type: 'str',
    secret: true,
    description:
      'cloud-config that replaces the user part of PVE; user, password and keys are merged into it. Anything else is handed over as it is.',
  },
  user_data_file: file('user_data'),
  user_snippet: snippet('user'),
  vendor_data: { type: 'str', description: 'cloud-config added as vendor data.' },
  vendor_data_file: file('vendor_data'),
  vendor_snippet: snippet('vendor'),
  network_data: { type: 'str', description: 'Network configuration that replaces the one PVE makes.' },
  network_data_file: file('network_data'),
  network_snippet: snippet('network'),
  meta_data: {
    type: 'str',
    description:
      'Meta data that replaces what PVE makes; the guest then no longer notices changes by itself.',
  },
  meta_data_file: file('meta_data'),
  meta_snippet: snippet('meta'),
  type: {
    type: 'str',
    choices: ['nocloud', 'configdrive2', 'opennebula'],
    description: 'Format of the cloud-init drive; absent: `nocloud`, for Windows what PVE chooses.',
  },
  drive: {
    type: 'str',
    choices: ['auto', 'pve', 'own'],
    description: [
      'Whose cloud-init drive the guest gets: that of PVE, with snippets for texts; or one of our own, an ISO image in the',
      'format nocloud that holds all there is to say. `auto`, or absent: `own` where a text is to be said and snippets cannot',
      'be written, which is so by the API.',
    ],
  },
  snippets_storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description:
      'Storage with content `snippets`, for a drive of our own with content `iso`; absent: the first one of the node.',
    example: 'local',
  },
  install_agent: {
    type: 'bool',
    description: 'Let cloud-init install the QEMU guest agent when the VM uses it.',
  },
});

/** What a template's clones are told anew where its own drive cannot be read back. */
export const textOptions = pick(
  cloudInitOptions,
  'drive',
  'install_agent',
  'user_data',
  'user_data_file',
  'vendor_data',
  'vendor_data_file',
  'network_data',
  'network_data_file',
  'meta_data',
  'meta_data_file',
);
