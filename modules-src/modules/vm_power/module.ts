import { identityOptions, retryOptions } from '../../pve/setting-options.ts';
import { findVm } from '../../runtime/find-vm.ts';
import { askGuest } from '../../runtime/guest-agent.ts';
import { startedSinceModule } from '../../runtime/vm-files.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { planPower } from './plan.ts';

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
    wait: {
      type: 'str',
      choices: ['none', 'agent', 'address'],
      default: 'none',
      description: 'Sign of life of the guest to wait for: its agent, or an address that its agent reports.',
    },
    timeout: {
      type: 'int',
      default: 300,
      min: 1,
      max: 3600,
      description: 'Seconds to wait for the guest, or for it to shut down.',
    },
    ...retryOptions,
  },
  examples: `
- name: Start the VM and wait for its agent
  vm_power:
    vmid: 200
    name: ubuntu-cloud-vm
    state: started
    wait: agent
`,
  returns: {
    running: { description: 'Whether the VM runs now.', type: 'bool', returned: 'always', sample: true },
    addresses: {
      description: 'Addresses that the guest agent reports.',
      type: 'list',
      elements: 'str',
      returned: 'when waited for',
      sample: ['192.168.1.100'],
    },
  },
  observe: async (params, circumstances) => {
    const found = await findVm(params, circumstances);
    const answer = params.wait === 'none' || !found.running ? undefined : await askGuest(params.vmid);
    return { ...found, restarted: found.running && (await startedSinceModule(params.vmid)), answer };
  },
  plan: planPower,
  report: (_, { running, answer }) => ({ running, ...(answer && { addresses: answer.addresses }) }),
});
