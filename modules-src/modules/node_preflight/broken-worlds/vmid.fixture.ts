import { optionName } from '../../../sdk/option-name.ts';
import type { BrokenWorld } from './world.fixture.ts';

export const vmidWorlds: readonly BrokenWorld[] = [
  {
    title: 'a VM that is known by its name alone',
    codes: [],
    wanted: { vm_vmid: undefined },
    node: { vmidOfName: 9000 },
  },
  {
    title: 'a new VM that takes a VMID of a range',
    codes: [],
    wanted: { vm_vmid: undefined, vm_vmid_range: '200-299' },
  },
  {
    title: 'a VM that is to go and is not there',
    codes: [],
    wanted: {
      vm_vmid: undefined,
      vm_state: 'absent',
      vm_confirm_delete: 'ubuntu-24.04',
      vm_make_template: false,
      vm_create_clones: false,
    },
  },
  {
    title: 'a name that two VMs of ours have',
    codes: ['PVE-VM-029'],
    wanted: { vm_vmid: undefined, vm_vmid_range: '200-299' },
    node: {
      vmidProblem: {
        why: 'cannot tell which VM is ubuntu-24.04: 200 on pve01 and 201 on pve02 have that name',
        fix: `say which one by ${optionName('vmid')}`,
      },
    },
  },
  {
    title: 'a range without a free VMID',
    codes: ['PVE-VM-030'],
    wanted: { vm_vmid: undefined, vm_vmid_range: '200-201', vm_vmid_reserved: [201] },
    node: { guests: [{ vmid: 200, node: 'pve01', kind: 'qemu' }] },
  },
  {
    title: 'a range that ends before it begins',
    codes: ['PVE-VM-030'],
    wanted: { vm_vmid: undefined, vm_vmid_range: '299-200' },
  },
];
