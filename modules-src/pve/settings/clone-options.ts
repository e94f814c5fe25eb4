import { pick } from '../../sdk/compose.ts';
import { defineOptions } from '../../sdk/option.ts';
import {
  GATEWAY,
  IPV4_CONFIG,
  IPV6,
  IPV6_CONFIG,
  NODE_NAME,
  ONE_LINE,
  STORAGE_ID,
  USER_NAME,
} from '../text/patterns.ts';
import { identityOptions } from '../vms/identity-options.ts';
import { deviceAddresses } from './device-addresses.ts';
import { settingOptions } from './options.ts';
import { SIZE } from '../text/size.ts';

/** Settings that a clone may have of its own; the machine itself (firmware, controller, TPM) is the template's. */
const cloneSettingOptions = pick(
  settingOptions,
  ...([
    'cores',
    'sockets',
    'cpu_type',
    'memory',
    'balloon',
    'agent',
    'hotplug',
    'onboot',
    'protection',
  ] as const),
  ...(['description', 'tags', 'pool', 'numa', 'vga', 'networks', 'disks', 'startup', 'hookscript'] as const),
  'extra_config',
);

/** One clone; what it does not mention it has from the template, and an existing clone keeps. */
export const cloneOptions = defineOptions({
  name: identityOptions.name,
  vmid: {
    type: 'int',
    min: identityOptions.vmid.min,
    max: identityOptions.vmid.max,
    description:
      'VMID of the clone. Absent: the next free one of the range, and later the one that its name has.',
  },
  node: {
    type: 'str',
    pattern: NODE_NAME,
    description: [
      'Node of the clone; absent: the template’s.',
      'A template of the same name on that node is cloned there; else the disks must be on storage that both nodes share.',
    ],
  },
  full: { type: 'bool', default: false, description: 'Full copy instead of a linked clone.' },
  storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description: 'Storage of a full copy; absent: the template’s.',
  },
  ip: {
    type: 'str',
    pattern: IPV4_CONFIG,
    description: '`dhcp` or an address with its prefix length; absent: `dhcp` for a new clone.',
    example: '192.168.1.101/24',
  },
  gw: {
    type: 'str',
    pattern: GATEWAY,
    description: 'Gateway, or `none`; absent with a static address: the template’s, else the VM’s.',
  },
  ip6: {
    type: 'str',
    pattern: IPV6_CONFIG,
    description: '`dhcp`, `auto` or an IPv6 address with its prefix length.',
  },
  gw6: { type: 'str', pattern: IPV6, description: 'IPv6 gateway.' },
  addresses: {
    type: 'dict',
    ...deviceAddresses,
    description:
      'Addresses of further network devices: a dictionary of `ip`, `gw`, `ip6` and `gw6`, or a text as `qm` takes it in `ipconfig<n>`.',
    example: { net1: 'ip=10.0.0.5/24' },
  },
  dns: { type: 'str', pattern: ONE_LINE, description: 'DNS servers, separated by spaces.' },
  domain: { type: 'str', pattern: ONE_LINE, description: 'DNS search domain.' },
  user: { type: 'str', pattern: USER_NAME, description: 'User that cloud-init makes.' },
  ssh_keys: { type: 'list', elements: 'str', description: 'SSH public keys of the user.' },
  ...cloneSettingOptions,
  disk_size: {
    type: 'str',
    pattern: SIZE,
    description: 'Size of the boot disk; never shrunk.',
    example: '32G',
  },
  start: { type: 'bool', default: true, description: 'Start the clone.' },
});
