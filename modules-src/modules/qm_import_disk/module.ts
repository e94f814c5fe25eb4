import { importOptions } from '../../pve/import/options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { operationOptions } from '../../pve/settings/options.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { IMPORT_ASKS, observeImport } from './observe.ts';
import { importNotices, importReport, planImport } from './plan.ts';

export default defineModule({
  name: 'qm_import_disk',
  summary: 'Import a disk image into the storage of a VM, attach it and grow it',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'Import, attachment, boot order and the note of what was imported are one call; growing to the wanted size is another.',
    "A disk that is already attached is never replaced and never shrunk: it may hold a guest's data.",
    'A VM that somebody else has made, and that has disks, gets none: what it boots is told not to be the image.',
  ],
  params: {
    ...identityOptions,
    ...importOptions,
    cloud_init_drive: {
      type: 'bool',
      default: false,
      description:
        'Attach a cloud-init drive on the same storage in the same call, where the VM has none; it is written with the settings that the VM has by then.',
    },
    boot_order: {
      type: 'str',
      description:
        'Boot order that was declared for the VM, which then stays; absent: the VM boots from the disk.',
      example: 'order=scsi0;net0',
    },
    ...operationOptions,
  },
  examples: `
- name: Import the image
  qm_import_disk:
    vmid: 200
    name: ubuntu-cloud-vm
    image: /var/lib/vz/template/iso/ubuntu-24.04-server-cloudimg-amd64.img
    storage: local-lvm
    size_increase: +5G
`,
  returns: {
    ...identityReturns,
    disk: { description: 'Bus and slot of the disk.', type: 'str', returned: 'always', sample: 'scsi0' },
    volume: {
      description: 'Volume of the disk.',
      type: 'str',
      returned: 'when attached',
      sample: 'local-lvm:vm-200-disk-0',
    },
    is_image: {
      description:
        'Whether an image of ours became the disk; a VM that somebody else has made keeps the disk that it has.',
      type: 'bool',
      returned: 'when attached, and when the VM has other disks instead',
      sample: true,
    },
    size: { description: 'Size of the disk.', type: 'str', returned: 'when attached', sample: '8704M' },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...IMPORT_ASKS, ...VMID_OF],
  performs: ['qm', 'import-image', 'remove-snippet', 'free-volume', 'wait-work'],
  observe: observeImport,
  plan: planImport,
  notices: importNotices,
  report: importReport,
});
