import { generationOption } from '../../pve/generation-options.ts';
import { vmLock } from '../../pve/own-vm.ts';
import { identityReturns } from '../../pve/identity-options.ts';
import { vmOptions } from '../../pve/vm-options.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { localNode } from '../../runtime/vm-files.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { planCreate } from './plan.ts';

export default defineModule({
  name: 'vm_create',
  summary: 'Create a VM with all its hardware in one call',
  description: [
    'Runs on the Proxmox VE node that is to own the VM.',
    'Does nothing when the VM exists under its name; refuses a number that belongs to another guest.',
    'What an earlier run left of a creation that made no volume is removed, and the VM made anew.',
    'Settings of a VM that exists are the business of M(vm_configure).',
  ],
  params: { ...vmOptions, ...generationOption },
  examples: `
- name: Create a VM
  vm_create:
    vmid: 200
    name: ubuntu-cloud-vm
    memory: 2048
    cores: 2
    networks:
      net0: virtio,bridge=vmbr0
    disk_storage: local-lvm
    image_disk: scsi0
`,
  returns: {
    ...identityReturns,
    node: { description: 'Node that owns the VM.', type: 'str', returned: 'always', sample: 'pve01' },
    exists: { description: 'Whether the VM exists now.', type: 'bool', returned: 'always', sample: true },
  },
  locks: params => [vmLock(params)],
  numberless: 'claim',
  // Not findVm's assumption: in check mode a missing VM is exactly what this module would make.
  observe: async ({ vmid, name }) => findVm({ vmid, name }, { checkMode: false, problems: [] }),
  plan: planCreate,
  report: (_, { record }) => ({
    node: record?.node ?? localNode(),
    exists: record !== undefined,
  }),
});
