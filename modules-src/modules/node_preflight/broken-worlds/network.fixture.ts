import { parseVmConfig } from '../../../pve/text/vm-config.ts';
import { firstClone, qemu, withGuests, type BrokenWorld } from './world.fixture.ts';

const net0 = (properties: string): { readonly vm_networks: Readonly<Record<string, string>> } => ({
  vm_networks: { net0: `virtio,${properties}` },
});

const MAC = 'BC:24:11:00:00:01';

/** A VM that runs, and a guest of that configuration. */
const withMac = (config: string, kind: 'qemu' | 'lxc' = 'qemu'): Partial<BrokenWorld> => ({
  wanted: {
    ...net0(`bridge=vmbr0,macaddr=${MAC.toLowerCase()}`),
    ...{ vm_make_template: false, vm_create_clones: false },
  },
  node: { others: [{ vmid: 700, node: 'pve02', kind, config: parseVmConfig(config) }] },
});

export const networkWorlds: readonly BrokenWorld[] = [
  {
    title: 'a MAC address of two clones',
    codes: ['PVE-NET-012'],
    wanted: {
      vm_clones: [301, 302].map(vmid => ({
        ...{ name: `web-${vmid}`, vmid, full: false, start: true },
        networks: { net0: `virtio=${MAC},bridge=vmbr0` },
      })),
    },
  },
  {
    title: 'a MAC address of another VM',
    codes: ['PVE-NET-013'],
    ...withMac(`name: web\nnet1: virtio=${MAC},bridge=vmbr1\n`),
  },
  {
    title: 'a MAC address of a container',
    codes: ['PVE-NET-013'],
    ...withMac(`hostname: dns\nnet0: name=eth0,bridge=vmbr0,hwaddr=${MAC},ip=dhcp\n`, 'lxc'),
  },
  {
    title: 'a MAC address of a template, which never runs',
    codes: [],
    ...withMac(`name: web\ntemplate: 1\nnet0: virtio=${MAC},bridge=vmbr0\n`),
  },
  {
    title: 'an IPv6 address of too many parts',
    codes: ['PVE-NET-001'],
    wanted: { vm_cloud_init_ip6: '1:2:3:4:5:6:7:8:9/64' },
  },
  {
    title: 'a gateway of the other family',
    codes: ['PVE-NET-001'],
    wanted: { vm_cloud_init_ip6: '2001:db8::10/64', vm_cloud_init_gw6: ':::' },
  },
  {
    title: 'a static address without a gateway, for the VM and for the clone that would inherit it',
    codes: ['PVE-NET-002', 'PVE-NET-002'],
    wanted: { vm_cloud_init_gw: undefined },
  },
  {
    title: 'a clone with a static address, and a template with DHCP',
    codes: ['PVE-NET-002'],
    wanted: { vm_cloud_init_ip: 'dhcp', vm_cloud_init_gw: undefined },
  },
  {
    title: 'a clone that has the gateway of the template that is there',
    codes: [],
    wanted: { vm_cloud_image: undefined, vm_cloud_init_gw: undefined },
    node: withGuests(
      qemu(
        9000,
        'name: ubuntu-24.04\ntemplate: 1\nscsi0: x:base\nipconfig0: ip=192.168.1.9/24,gw=192.168.1.1\n',
      ),
    ),
  },
  {
    title: 'a gateway outside of the network',
    codes: ['PVE-NET-003', 'PVE-NET-003'],
    wanted: { vm_cloud_init_gw: '192.168.2.1' },
  },
  {
    title: 'a gateway of a clone outside of its network',
    codes: ['PVE-NET-003'],
    wanted: firstClone({ gw: '10.0.0.1' }),
  },
  {
    title: 'a link-local gateway, which is fine for IPv6',
    codes: [],
    wanted: { vm_cloud_init_ip6: '2001:db8::10/64', vm_cloud_init_gw6: 'fe80::1' },
  },
  {
    title: 'a gateway that is the address',
    codes: ['PVE-NET-004'],
    wanted: { vm_cloud_init_ip: '192.168.1.1/24' },
  },
  {
    title: 'a DNS server by name',
    codes: ['PVE-NET-005'],
    wanted: { vm_cloud_init_dns: ['1.1.1.1 dns.example'] },
  },
  {
    title: 'a DNS server of a clone by name',
    codes: ['PVE-NET-005'],
    wanted: firstClone({ dns: 'dns.example' }),
  },
  {
    title: 'a clone with the address of the VM',
    codes: ['PVE-NET-006'],
    wanted: firstClone({ ip: '192.168.1.100/24' }),
  },
  {
    title: 'a further device with the address of a clone',
    codes: ['PVE-NET-006'],
    wanted: {
      vm_networks: { net0: 'virtio,bridge=vmbr0', net1: 'virtio,bridge=vmbr1' },
      vm_cloud_init_networks: { net1: 'ip=192.168.1.101/24' },
    },
  },
  {
    title: 'further devices of a clone with the address of the VM, and with one that is none',
    codes: ['PVE-NET-006', 'PVE-NET-001'],
    wanted: firstClone({ addresses: { net1: 'ip=192.168.1.100/24', net2: { ip: '10.0.0.5' } } }),
  },
  {
    title: 'a clone with an IPv6 address that is none',
    codes: ['PVE-NET-001'],
    wanted: firstClone({ ip6: '2001:db8:::1/64' }),
  },
  { title: 'a bridge that does not exist', codes: ['PVE-NET-007'], wanted: net0('bridge=vmbr7') },
  {
    title: 'an address that is the network',
    codes: ['PVE-NET-008'],
    wanted: { vm_cloud_init_ip: '192.168.1.0/24' },
  },
  { title: 'a broadcast address', codes: ['PVE-NET-008'], wanted: firstClone({ ip: '192.168.1.255/24' }) },
  { title: 'a VLAN out of range', codes: ['PVE-NET-009'], wanted: net0('bridge=vmbr0,tag=4095') },
  { title: 'an MTU larger than the bridge’s', codes: ['PVE-NET-010'], wanted: net0('bridge=vmbr0,mtu=9000') },
  { title: 'an MTU that fits, or is the bridge’s own', codes: [], wanted: net0('bridge=vmbr1,mtu=9000') },
  {
    title: 'a gateway beside DHCP',
    codes: ['PVE-NET-011'],
    wanted: { vm_cloud_init_ip: 'dhcp', ...firstClone({ ip: 'dhcp' }) },
  },
];
