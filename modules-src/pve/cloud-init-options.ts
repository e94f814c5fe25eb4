import { defineOptions } from '../sdk/option.ts';
import {
  ABSOLUTE_PATH,
  IPV4,
  IPV4_CONFIG,
  IPV6,
  IPV6_CONFIG,
  NET_SLOT,
  ONE_LINE,
  STORAGE_ID,
  USER_NAME,
} from './patterns.ts';

/** What cloud-init tells the guest, by the names of the role variables (without `proxmox_vm_cloud_init_`). */
export const cloudInitOptions = defineOptions({
  user: { type: 'str', pattern: USER_NAME, description: 'User that cloud-init makes.', example: 'ubuntu' },
  password: {
    type: 'str',
    secret: true,
    description: 'Password of the user. Without it only SSH keys open the guest.',
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
    pattern: IPV4,
    description: 'IPv4 gateway; a static address needs one.',
    example: '192.168.1.1',
  },
  ip6: {
    type: 'str',
    pattern: IPV6_CONFIG,
    description: 'IPv6 of the first network device: `dhcp`, `auto` or an address with its prefix length.',
  },
  gw6: { type: 'str', pattern: IPV6, description: 'IPv6 gateway.' },
  dns: {
    type: 'str',
    pattern: ONE_LINE,
    description: 'DNS servers, separated by spaces; absent: those of the node.',
    example: '1.1.1.1 8.8.8.8',
  },
  domain: { type: 'str', pattern: ONE_LINE, description: 'DNS search domain; absent: that of the node.' },
  networks: {
    type: 'dict',
    keys: NET_SLOT,
    description: 'Addresses of further network devices, as `qm` takes them in `ipconfig<n>`.',
    example: { net1: 'ip=10.0.0.5/24' },
  },
  upgrade: {
    type: 'bool',
    description: 'Upgrade the guest’s packages at its first boot; absent: the default of PVE, which is yes.',
  },
  user_data: {
    type: 'str',
    secret: true,
    description:
      'cloud-config that replaces the user part of PVE; user, password and keys are merged into it.',
  },
  vendor_data: { type: 'str', description: 'cloud-config added as vendor data.' },
  network_data: { type: 'str', description: 'Network configuration that replaces the one PVE makes.' },
  meta_data: {
    type: 'str',
    description:
      'Meta data that replaces what PVE makes; the guest then no longer notices changes by itself.',
  },
  snippets_storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description: 'Storage with content `snippets`; absent: the first one of the node.',
    example: 'local',
  },
  install_agent: {
    type: 'bool',
    description: 'Let cloud-init install the QEMU guest agent when the VM uses it.',
  },
});
