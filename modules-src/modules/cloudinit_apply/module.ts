import { cloudInitOptions } from '../../pve/cloud-init-options.ts';
import { STORAGE_ID } from '../../pve/patterns.ts';
import { identityOptions, retryOptions } from '../../pve/setting-options.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeCloudInit } from './observe.ts';
import { cloudInitReport, planCloudInit } from './plan.ts';

export default defineModule({
  name: 'cloudinit_apply',
  summary: 'Give a VM its cloud-init drive, user, keys, addresses and snippets',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'All differences are set in one call; the drive is written again when its content changed.',
    'Snippets of the VM are named C(proxmox-role-<vmid>-<kind>.yaml) and belong to this module.',
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
    agent: { type: 'bool', default: false, description: 'The VM uses the QEMU guest agent.' },
    ...cloudInitOptions,
    ...retryOptions,
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
    dns: 1.1.1.1 8.8.8.8
`,
  returns: {
    drive: {
      description: 'Bus and slot of the cloud-init drive.',
      type: 'str',
      returned: 'when there is one',
      sample: 'scsi1',
    },
    user: { description: 'User that cloud-init makes.', type: 'str', returned: 'when set', sample: 'ubuntu' },
    addresses: {
      description: 'Address settings by network device.',
      type: 'dict',
      returned: 'always',
      sample: { net0: 'ip=192.168.1.100/24,gw=192.168.1.1' },
    },
  },
  observe: observeCloudInit,
  plan: planCloudInit,
  report: cloudInitReport,
});
