import { vmLock } from '../../pve/own-vm.ts';
import { identityOptions, retryOptions } from '../../pve/setting-options.ts';
import { driveKeys } from '../../pve/vm-config.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { planConvert } from './plan.ts';

export default defineModule({
  name: 'template_convert',
  summary: 'Convert a VM into a template',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'A running VM is shut down first. Success is read from the configuration: every disk must be a base image.',
    'A conversion that was interrupted is finished.',
  ],
  params: {
    ...identityOptions,
    timeout: {
      type: 'int',
      default: 180,
      min: 1,
      max: 3600,
      description: 'Seconds that a running guest has to shut down.',
    },
    ...retryOptions,
  },
  examples: `
- name: Make a template of the VM
  template_convert:
    vmid: 9000
    name: ubuntu-24.04
`,
  returns: {
    template: {
      description: 'Whether the VM is a template now.',
      type: 'bool',
      returned: 'always',
      sample: true,
    },
    disks: {
      description: 'Drives of the template.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['scsi0'],
    },
  },
  locks: params => [vmLock(params)],
  observe: findVm,
  plan: planConvert,
  report: (_, { record }) => ({
    template: record?.config.get('template') === '1',
    disks: record === undefined ? [] : driveKeys(record.config),
  }),
});
