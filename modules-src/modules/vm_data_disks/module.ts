import { dataDiskOptions } from '../../pve/data-disks/options.ts';
import { diskStorageOption, operationOptions } from '../../pve/settings/options.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { DATA_DISK_ASKS, observeDataDisks } from './observe.ts';
import { planDataDisks } from './plan.ts';
import { dataDiskNotices, dataDiskReport } from './report.ts';

export default defineModule({
  name: 'vm_data_disks',
  summary: 'Attach disks to a VM that outlive it',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'A data disk is made once, empty, under its own name, and bears the VMID of a protected VM that is there for nothing else: removing a VM that has it does not remove it.',
    'Nothing is formatted, shrunk, detached or deleted, and a disk that another VM has is refused.',
  ],
  params: {
    ...identityOptions,
    ...dataDiskOptions,
    data_disks: { ...dataDiskOptions.data_disks, required: true },
    ...diskStorageOption,
    ...operationOptions,
  },
  examples: `
- name: Attach the data
  vm_data_disks:
    vmid: 200
    name: db-01
    disk_storage: local-lvm
    data_disks:
      scsi2:
        name: pgdata
        size: 200G
`,
  returns: {
    ...identityReturns,
    data_disks: {
      description: 'The data disks that the VM has, by their slots.',
      type: 'dict',
      returned: 'always',
      sample: { scsi2: { name: 'pgdata', volume: 'local-lvm:vm-999999-pgdata', size: '200G' } },
    },
  },
  locks: params => [
    vmLock(params),
    vmLock({ vmid: params.data_holder }),
    ...Object.values(params.data_disks).map(({ name }) => `data-disk-${name}`),
  ],
  completion: existingVmid,
  asks: [...DATA_DISK_ASKS, ...VMID_OF],
  performs: ['qm', 'allocate-volume', 'free-volume', 'remove-snippet', 'wait-work'],
  observe: observeDataDisks,
  plan: planDataDisks,
  notices: dataDiskNotices,
  report: dataDiskReport,
});
