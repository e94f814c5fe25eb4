import { firstBootOptions } from '../../pve/cloud-init/first-boot-options.ts';
import { nextImageOption } from '../../pve/images/options.ts';
import { importOptions } from '../../pve/import/options.ts';
import { replaceOptions } from '../../pve/replacement/options.ts';
import { operationOptions, stopOptions } from '../../pve/settings/options.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeReplacement, REPLACE_ASKS } from './observe.ts';
import { planReplacement } from './plan.ts';
import { replaceNotices, replaceReport } from './report.ts';

export default defineModule({
  name: 'vm_replace',
  summary: 'Give a VM a new system, and the old one back if the new one does not come up',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'The disk that the VM boots from, and its EFI disk, make way for new ones of the image. The VM keeps its VMID, name, MAC addresses, settings and all other disks.',
    'The old disks stay with the VM until the guest has given the sign; then they are removed. If it gives none in time, they come back, the old system is started again, and the task fails with the reason.',
    'What is under way is noted in the VM, so that a run which is killed is finished, or taken back, by the next one.',
    'A template, a protected VM, and one with snapshots or linked clones are refused, and so is a disk that was not made of an image by this role.',
  ],
  params: {
    ...identityOptions,
    replace: { ...replaceOptions.replace, default: 'when-image-changed' },
    ...importOptions,
    ...nextImageOption,
    ...firstBootOptions,
    ...stopOptions,
    ...operationOptions,
  },
  examples: `
- name: Give the VM the system of a newer image
  vm_replace:
    vmid: 200
    name: ubuntu-cloud-vm
    image: https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img
    storage: local-lvm
    wait_for: cloud-init
`,
  returns: {
    ...identityReturns,
    replaced: {
      description: 'Whether this run has given the VM a new system.',
      type: 'bool',
      returned: 'always',
      sample: true,
    },
    summary: {
      description: 'The same in one line; in check mode what is to come.',
      type: 'str',
      returned: 'when there is a new system, or is to be one',
      sample: 'system: replaced by that of noble-server-cloudimg-amd64.img',
    },
    volume: {
      description: 'Volume that the VM boots from.',
      type: 'str',
      returned: 'when there is one',
      sample: 'local-lvm:vm-200-disk-1',
    },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...REPLACE_ASKS, ...VMID_OF],
  performs: ['qm', 'import-image', 'wait-guest', 'remove-snippet', 'free-volume', 'wait-work'],
  observe: observeReplacement,
  plan: planReplacement,
  notices: replaceNotices,
  report: replaceReport,
});
