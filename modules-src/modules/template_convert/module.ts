import { CHECKSUM } from '../../pve/images/checksum.ts';
import { imageReasons } from '../../pve/vms/generations/family.ts';
import { imageOptions } from '../../pve/images/options.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { applyOptions, operationOptions } from '../../pve/settings/options.ts';
import { driveKeys, isTemplate } from '../../pve/text/vm-config.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { CONVERT_ASKS, observeTemplate } from './observe.ts';
import { planConvert } from './plan.ts';

export default defineModule({
  name: 'template_convert',
  summary: 'Convert a VM into a template',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'A VM that runs is shut down first where O(apply) allows it. Success is read from the configuration: every disk must be a base image.',
    'A conversion that was interrupted is finished.',
  ],
  params: {
    ...identityOptions,
    apply: {
      ...applyOptions.apply,
      description: [
        'How far to go with a VM that runs: `live` leaves it alone, which is an error; `reboot` lets it shut down in an orderly way.',
        '`stop` stops it when it does not shut down in time.',
      ],
    },
    timeout: applyOptions.shutdown_timeout,
    image: {
      type: 'str',
      description:
        'URL of the cloud image, to tell whether the template was made of the one that is in the cache now.',
    },
    cache_dir: imageOptions.cache_dir,
    checksum: { type: 'str', pattern: CHECKSUM, description: 'Checksum that the image was fetched with.' },
    ...operationOptions,
  },
  examples: `
- name: Make a template of the VM
  template_convert:
    vmid: 9000
    name: ubuntu-24.04
`,
  returns: {
    ...identityReturns,
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
    behind: {
      description:
        'Whether the template is of another image than the one in the cache, and which; empty when it is not.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: [],
    },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...CONVERT_ASKS, ...VMID_OF],
  performs: ['qm'],
  observe: observeTemplate,
  plan: planConvert,
  report: (_, { vm: { record }, imageDigest }) => ({
    template: record !== undefined && isTemplate(record.config),
    disks: record === undefined ? [] : driveKeys(record.config),
    behind:
      record === undefined
        ? []
        : imageReasons(readMarker(record.config.get('description'), record.vmid), imageDigest),
  }),
});
