import type { Wanted } from '../params.ts';
import { qemu, withGuests, type BrokenWorld } from './world.fixture.ts';

const alone: Partial<Wanted> = { vm_make_template: false, vm_create_clones: false, vm_agent: undefined };
const byDhcp: Partial<Wanted> = { ...alone, vm_cloud_init_ip: 'dhcp', vm_cloud_init_gw: undefined };

export const waitWorlds: readonly BrokenWorld[] = [
  ...(['agent', 'address', 'cloud-init'] as const).map((sign): BrokenWorld => ({
    title: `a wait for the ${sign} of a VM without an agent`,
    codes: ['PVE-VM-043'],
    wanted: { ...alone, vm_wait_for: sign },
  })),
  {
    title: 'a wait for SSH at an address that nobody can tell',
    codes: ['PVE-VM-043'],
    wanted: { ...byDhcp, vm_wait_for: 'ssh' },
  },
  { title: 'a wait for SSH at a static address', codes: [], wanted: { ...alone, vm_wait_for: 'ssh' } },
  { title: 'a wait for an agent', codes: [], wanted: { ...byDhcp, vm_agent: 'true', vm_wait_for: 'agent' } },
  {
    title: 'a wait for the agent that our VM has already',
    codes: [],
    wanted: { ...alone, vm_wait_for: 'agent' },
    node: withGuests(qemu(9000, 'name: ubuntu-24.04\nscsi0: local-lvm:vm-9000-disk-0,size=32G\nagent: 1\n')),
  },
  {
    title: 'a VM without an agent that nobody starts, and no wait',
    codes: [],
    wanted: { ...alone, vm_start_after_create: false, vm_wait_for: 'agent' },
  },
];
