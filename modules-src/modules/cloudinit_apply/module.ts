import { cloudInitOptions } from '../../pve/cloud-init/options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { SNIPPET_KINDS } from '../../pve/text/cloud-init-volumes.ts';
import { STORAGE_ID, VM_NAME } from '../../pve/text/patterns.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { assumedOption } from '../../pve/settings/assumed.ts';
import { operationOptions, settingOptions } from '../../pve/settings/options.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { pick } from '../../sdk/compose.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { APPLY_ASKS, observeCloudInit } from './observe.ts';
import { applyNotices, planCloudInit } from './plan.ts';
import { cloudInitReport } from './report.ts';

export default defineModule({
  name: 'cloudinit_apply',
  summary: 'Give a VM its cloud-init drive, user, keys, addresses and snippets',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'All differences are set in one call; the drive is written again when its content changed.',
    'Snippets of the VM are named C(proxmox-role-<vmid>-<id>-<kind>.yaml), the id being that of its mark, and belong to this module.',
    'One that another VM uses is neither changed nor removed.',
    'By the API snippets cannot be written: what they would say goes, with all else, on a drive of our own, an ISO image.',
    'The password goes by standard input, never in an argument list.',
  ],
  params: {
    ...identityOptions,
    storage: {
      type: 'str',
      required: true,
      pattern: STORAGE_ID,
      description: 'Storage of the cloud-init drive.',
      example: 'local-lvm',
    },
    hostname: {
      type: 'str',
      pattern: VM_NAME,
      description: 'Host name in a user snippet; absent: the name of the VM.',
    },
    ...pick(settingOptions, 'agent', 'extra_config'),
    ...cloudInitOptions,
    ...assumedOption,
    ...operationOptions,
  },
  rules: {
    mutuallyExclusive: SNIPPET_KINDS.map(
      kind => [`${kind}_data`, `${kind}_data_file`, `${kind}_snippet`] as const,
    ),
  },
  examples: `
- name: Give the VM its address and key
  cloudinit_apply:
    vmid: 200
    name: ubuntu-cloud-vm
    storage: local-lvm
    user: ubuntu
    ssh_keys:
      - ssh-ed25519 AAAA... me@example.com
    ip: 192.168.1.100/24
    gw: 192.168.1.1
    dns: [1.1.1.1, 8.8.8.8]
`,
  returns: {
    ...identityReturns,
    cloud_init: {
      description:
        'Whether the guest will do what changed: `unchanged`, `applies at next boot: <why>`, or `not applied until <what>`.',
      type: 'str',
      returned: 'always',
      sample: 'applies at next boot: its instance-id changes',
    },
    instance_id: {
      description:
        'The instance-id on the drive before and after; a guest runs cloud-init again when it changes.',
      type: 'dict',
      returned: 'always',
      sample: {
        before: 'bc70328d7253fb46c46b112b39125f3977ba29d5',
        after: '7f5a133cdb449ee2c008622de085d699e251d573',
      },
    },
    drive: {
      description: 'Bus and slot of the cloud-init drive.',
      type: 'str',
      returned: 'when there is one',
      sample: 'scsi30',
    },
    user: { description: 'User that cloud-init makes.', type: 'str', returned: 'when set', sample: 'ubuntu' },
    addresses: {
      description: 'Address settings by network device.',
      type: 'dict',
      returned: 'always',
      sample: { net0: 'ip=192.168.1.100/24,gw=192.168.1.1' },
    },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...APPLY_ASKS, ...VMID_OF],
  performs: ['qm', 'put-snippet', 'remove-snippet', 'put-drive', 'free-volume'],
  observe: observeCloudInit,
  plan: planCloudInit,
  notices: applyNotices,
  report: cloudInitReport,
});
