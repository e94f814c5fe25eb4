import { defineOptions } from '../../sdk/option.ts';
import { NODE_NAME, VM_NAME } from '../text/patterns.ts';
import { rangeOption } from './vmids/range.ts';

/** Which VM: every module that touches one asks for both, so that a VM of another name is never changed. */
export const identityOptions = defineOptions({
  vmid: {
    type: 'int',
    required: true,
    min: 100,
    max: 999999999,
    description:
      'VMID of the VM, unique in the cluster. May be left out: the VM is known by its name, and a new one takes a VMID of the range.',
    example: 200,
  },
  name: {
    type: 'str',
    required: true,
    pattern: VM_NAME,
    description: 'Name of the VM. A VM of another name under the same VMID is never touched.',
    example: 'ubuntu-cloud-vm',
  },
  ...rangeOption,
  vmid_reserved: {
    type: 'list',
    elements: 'int',
    description: 'VMIDs of the range that are kept for others and not taken.',
    example: [205],
  },
});

/** What every module that finds a VM by its name tells of it. */
export const identityReturns = {
  vmid: { description: 'VMID of the VM.', type: 'int', returned: 'always', sample: 200 },
  name: { description: 'Its name.', type: 'str', returned: 'always', sample: 'ubuntu-cloud-vm' },
} as const;

export const nodeOption = defineOptions({
  node: {
    type: 'str',
    required: true,
    pattern: NODE_NAME,
    description: 'Node that runs the VM.',
    example: 'pve01',
  },
});
