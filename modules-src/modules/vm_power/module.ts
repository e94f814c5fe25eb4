import { firstBootOptions } from '../../pve/cloud-init/first-boot-options.ts';
import { NO_SIGNS, staticAddresses } from '../../pve/vms/guest-signs.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { assumedOption } from '../../pve/settings/assumed.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { operationOptions, stopOptions } from '../../pve/settings/options.ts';
import { FIND_VM, findVm } from '../../pve/vms/find.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { planPower } from './plan.ts';
import { powerNotices, powerReport } from './report.ts';

export default defineModule({
  name: 'vm_power',
  summary: 'Start, stop or restart a VM and wait for its guest',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'Waits never without a limit; when it passes, the failure says what did not come.',
    'A template cannot be started and is refused.',
  ],
  params: {
    ...identityOptions,
    state: {
      type: 'str',
      choices: ['started', 'stopped', 'restarted'],
      default: 'started',
      description: 'State to reach; `restarted` restarts a VM that runs and starts one that does not.',
    },
    ...assumedOption,
    ...firstBootOptions,
    ...stopOptions,
    ...operationOptions,
  },
  examples: `
- name: Start the VM and wait for its agent
  vm_power:
    vmid: 200
    name: ubuntu-cloud-vm
    state: started
    wait_for: agent
`,
  returns: {
    ...identityReturns,
    running: { description: 'Whether the VM runs now.', type: 'bool', returned: 'always', sample: true },
    state: {
      description: 'The same in words; in check mode what it is to become.',
      type: 'str',
      returned: 'always',
      sample: 'to be started',
    },
    login: {
      description: 'How one logs in to the guest; with DHCP, how its address is found.',
      type: 'str',
      returned: 'when the VM runs and cloud-init makes a user',
      sample: 'ssh debian@192.168.1.100',
    },
    addresses: {
      description: 'Addresses that the guest agent reports; without it, the static ones of the settings.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['192.168.1.100'],
    },
    guest: {
      description: 'Its addresses, and how far cloud-init is, in one line.',
      type: 'str',
      returned: 'when waited for and the VM runs',
      sample: '192.168.1.100, cloud-init done',
    },
    interfaces: {
      description:
        'Network interfaces as the guest sees them: device of the VM, name, MAC address, addresses.',
      type: 'list',
      elements: 'dict',
      returned: 'when waited for and the guest agent answers',
      sample: [{ device: 'net0', name: 'eth0', mac: 'bc:24:11:00:00:01', addresses: ['192.168.1.100'] }],
    },
    ssh: {
      description: 'Address at which the guest’s SSH server greets.',
      type: 'str',
      returned: 'when waited for SSH',
      sample: '192.168.1.100',
    },
    cloud_init_status: {
      description: 'What `cloud-init status` says in the guest, with its detail.',
      type: 'dict',
      returned: 'when waited for and the guest agent may run programs',
      sample: { status: 'done', detail: 'DataSourceNoCloud [seed=/dev/sr0][dsmode=net]' },
    },
    failed_units: {
      description: 'Units of systemd that failed in the guest.',
      type: 'list',
      elements: 'str',
      returned: 'when waited for and the guest agent may run programs',
      sample: [],
    },
  },
  locks: params => [vmLock(params)],
  completion: existingVmid,
  asks: [...FIND_VM, ...VMID_OF, 'startedSinceModule', 'readSigns'],
  performs: ['qm', 'wait-guest'],
  observe: async (params, circumstances, cluster) => {
    const found = await findVm(params, circumstances, cluster);
    const restarted = found.running && (await cluster.startedSinceModule(params.vmid));
    if (params.wait_for === 'none' || !found.running) return { ...found, restarted, signs: NO_SIGNS };
    const sshAt = params.wait_for === 'ssh' ? staticAddresses(found.record?.config ?? new Map()) : undefined;
    return { ...found, restarted, signs: await cluster.readSigns(params.vmid, { sshAt, status: true }) };
  },
  plan: planPower,
  notices: powerNotices,
  report: powerReport,
});
