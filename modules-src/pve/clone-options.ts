import { defineOptions } from '../sdk/option.ts';
import { IPV4, IPV4_CONFIG, NODE_NAME, ONE_LINE, STORAGE_ID, TAG, USER_NAME } from './patterns.ts';
import { identityOptions } from './setting-options.ts';
import { SIZE } from './size.ts';

/** One clone; what it does not mention it has from the template. */
export const cloneOptions = defineOptions({
  ...identityOptions,
  node: {
    type: 'str',
    pattern: NODE_NAME,
    description: 'Node of the clone; needs shared storage. Absent: the template’s node.',
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
    description: '`dhcp` or an address with its prefix length; absent: `dhcp`.',
    example: '192.168.1.101/24',
  },
  gw: { type: 'str', pattern: IPV4, description: 'Gateway; absent with a static address: the template’s.' },
  dns: { type: 'str', pattern: ONE_LINE, description: 'DNS servers, separated by spaces.' },
  domain: { type: 'str', pattern: ONE_LINE, description: 'DNS search domain.' },
  user: { type: 'str', pattern: USER_NAME, description: 'User that cloud-init makes.' },
  ssh_keys: { type: 'list', elements: 'str', description: 'SSH public keys of the user.' },
  cores: { type: 'int', min: 1, description: 'CPU cores per socket.' },
  memory: { type: 'int', min: 16, description: 'Memory in MiB.' },
  disk_size: {
    type: 'str',
    pattern: SIZE,
    description: 'Size of the boot disk; never shrunk.',
    example: '32G',
  },
  tags: { type: 'list', elements: 'str', pattern: TAG, description: 'Tags.' },
  start: { type: 'bool', default: true, description: 'Start the clone.' },
});
