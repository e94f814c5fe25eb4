import { vmLock } from '../../pve/vms/ownership.ts';
import { identityReturns } from '../../pve/vms/identity-options.ts';
import { assumedOption } from '../../pve/settings/assumed.ts';
import { applyOptions } from '../../pve/settings/options.ts';
import { vmOptions } from '../../pve/settings/vm-options.ts';
import { FIND_VM, findVm } from '../../pve/vms/find.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { configureNotices, configureReport } from './notices.ts';
import { planConfigure } from './plan.ts';

export default defineModule({
  name: 'vm_configure',
  summary: 'Set what differs between a VM and what is wanted of it',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'Compares every declared setting with the configuration and sets the differences in one call.',
    'What no parameter mentions stays as it is. A disk that is there is never replaced, shrunk or removed.',
    'A running guest is restarted only when O(apply) says so. What waits for a restart is reported as pending.',
    'The machine itself (its type, firmware, SCSI controller, EFI disk, TPM) is changed only while the VM is stopped.',
  ],
  params: { ...vmOptions, ...assumedOption, ...applyOptions },
  examples: `
- name: Give the VM more memory
  vm_configure:
    vmid: 200
    name: ubuntu-cloud-vm
    memory: 4096
    disk_storage: local-lvm
`,
  returns: {
    ...identityReturns,
    pending: {
      description: 'Settings that wait for the next start of the VM, with their current and pending values.',
      type: 'list',
      elements: 'dict',
      returned: 'when something waits',
      sample: [{ key: 'memory', current: '2048', pending: '4096' }],
    },
    waiting: {
      description: 'Settings that were not set because only a stopped VM may take them.',
      type: 'list',
      elements: 'dict',
      returned: 'when there are any',
      sample: [{ key: 'machine', current: 'pc', wanted: 'q35' }],
    },
    lines: {
      description: 'What waits, in words: a line for each setting.',
      type: 'list',
      elements: 'str',
      returned: 'when something waits',
      sample: ['memory: 2048 now, 4096 from its next start'],
    },
    refused: {
      description: 'What is declared and never done because it would lose data.',
      type: 'list',
      elements: 'dict',
      returned: 'when there is any',
      sample: [{ key: 'scsi1', reason: 'has 64G, more than the wanted 32G: it is never shrunk' }],
    },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...FIND_VM, ...VMID_OF],
  performs: ['qm'],
  observe: findVm,
  plan: planConfigure,
  notices: configureNotices,
  report: configureReport,
});
