import type { Wanted } from '../params.ts';
import type { BrokenWorld } from './world.fixture.ts';

const tested: Partial<Wanted> = {
  vm_make_template: true,
  vm_template_rotate: true,
  vm_template_vmid_range: '9100-9149',
  vm_template_test: 'cloud-init',
  vm_template_test_bridge: 'vmbr0',
};

export const templateTestWorlds: readonly BrokenWorld[] = [
  { title: 'a template whose generations are tested', codes: [], wanted: tested },
  {
    title: 'a template that has a range alone, from which its first generation takes its VMID',
    codes: [],
    wanted: { ...tested, vm_vmid: undefined },
  },
  {
    title: 'the same, and a name that another guest has',
    codes: ['PVE-VM-026'],
    wanted: { ...tested, vm_vmid: undefined },
    node: { guestNames: new Map([[700, 'ubuntu-24.04']]) },
  },
  {
    title: 'a test of a template without generations',
    codes: ['PVE-VM-041'],
    wanted: { ...tested, vm_template_rotate: false },
  },
  {
    title: 'a test of a template that has no agent to ask',
    codes: ['PVE-VM-041'],
    wanted: { ...tested, vm_agent: 'false' },
  },
  {
    title: 'a test whose clone cannot get its agent',
    codes: ['PVE-VM-042'],
    wanted: { ...tested, vm_template_test_bridge: undefined },
  },
  {
    title: 'a test on a bridge that does not exist',
    codes: ['PVE-NET-007'],
    wanted: { ...tested, vm_template_test_bridge: 'vmbr7' },
  },
];
