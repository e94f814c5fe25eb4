import { addressesIn } from '../../pve/cloud-init/changes.ts';
import { generationOption } from '../../pve/vms/generations/options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { identityReturns } from '../../pve/vms/identity-options.ts';
import { vmOptions } from '../../pve/settings/vm-options.ts';
import { claimedVmid } from '../../pve/vms/vmids/by-name.ts';
import { CLAIM_VMID } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { creationNotices } from './cloud-init.ts';
import { CREATE_ASKS, observeCreate } from './observe.ts';
import { planCreate } from './plan.ts';
import { creationCloudInitOptions } from './wanted.ts';

export default defineModule({
  name: 'vm_create',
  summary: 'Create a VM with all its hardware and cloud-init settings in one call',
  description: [
    'Runs on the Proxmox VE node that is to own the VM.',
    'Does nothing when the VM exists under its name; refuses a VMID that belongs to another guest.',
    'What an earlier run left of a creation that made no volume is removed, and the VM made anew.',
    'The cloud-init drive is not among it: M(qm_import_disk) attaches it together with the disk.',
    'Settings of a VM that exists are the business of M(vm_configure) and M(cloudinit_apply).',
  ],
  params: { ...vmOptions, ...generationOption, ...creationCloudInitOptions },
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
    addresses: {
      description: 'Address settings by network device.',
      type: 'dict',
      returned: 'when it exists',
      sample: { net0: 'ip=192.168.1.100/24,gw=192.168.1.1' },
    },
  },
  locks: params => [vmLock(params)],
  completion: claimedVmid,
  asks: [...CREATE_ASKS, ...CLAIM_VMID, 'holdName'],
  performs: ['qm', 'put-snippet', 'remove-snippet', 'free-volume', 'wait-work'],
  observe: observeCreate,
  plan: planCreate,
  notices: (wanted, _, { material }) => creationNotices(wanted, material),
  report: (_, { record, localNode }) => ({
    node: record?.node ?? localNode,
    exists: record !== undefined,
    ...(record !== undefined && { addresses: addressesIn(record.config) }),
  }),
});
