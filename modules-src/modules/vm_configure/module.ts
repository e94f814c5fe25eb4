import { vmOptions } from '../../pve/vm-options.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { pendingSettings, planConfigure } from './plan.ts';

export default defineModule({
  name: 'vm_configure',
  summary: 'Set what differs between a VM and what is wanted of it',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'Compares every declared setting with the configuration and sets the differences in one call.',
    'What no parameter mentions stays as it is. A disk that is there is never replaced.',
    'A change that waits for a restart of the guest is reported as pending, not as changed.',
  ],
  params: vmOptions,
  examples: `
- name: Give the VM more memory
  vm_configure:
    vmid: 200
    name: ubuntu-cloud-vm
    memory: 4096
    disk_storage: local-lvm
`,
  returns: {
    pending: {
      description: 'Settings that wait for the next start of the VM, with their current and pending values.',
      type: 'list',
      elements: 'dict',
      returned: 'when something waits',
      sample: [{ key: 'memory', current: '2048', pending: '4096' }],
    },
  },
  observe: findVm,
  plan: planConfigure,
  notices: (params, found) => ({ pending: pendingSettings(params, found) }),
});
