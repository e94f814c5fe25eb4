import { operationOptions } from '../../pve/settings/options.ts';
import { vmOptions } from '../../pve/settings/vm-options.ts';
import { generationOption, rotationOptions, testOptions } from '../../pve/vms/generations/options.ts';
import { identityOptions } from '../../pve/vms/identity-options.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeTest, TEST_ASKS } from './observe.ts';
import { hasPassed, planTest, testNotices } from './plan.ts';

export default defineModule({
  name: 'template_test',
  summary: 'Test a generation of a template before it is the current one',
  description: [
    'Runs on the Proxmox VE node that owns the template.',
    'A linked clone of the generation is made, without its addresses and networks, started, looked at by its guest agent, and removed.',
    'A generation that passes is marked with a digest of the test, and not tested again while that is the same.',
    'One that was made for the test and fails is removed, where nobody has touched it and nothing needs it, or kept with O(template_test_keep).',
    'A generation that is current already stays so, whatever its test comes to.',
  ],
  params: {
    vmid: { ...identityOptions.vmid, description: 'VMID of the generation.' },
    name: { ...identityOptions.name, description: 'Name of the generation.' },
    generation: { ...generationOption.generation, required: true },
    template_vmid_range: {
      ...rotationOptions.template_vmid_range,
      required: true,
      description: 'VMIDs for the generations of the template; the clone takes the first that is free.',
    },
    ...testOptions,
    pool: { ...vmOptions.pool, description: 'Pool that the clone is made in.' },
    ...operationOptions,
  },
  examples: `
- name: Test the new generation
  template_test:
    vmid: 9001
    name: ubuntu-24.04-g2
    generation:
      family: ubuntu-24.04
      number: 2
      untested: true
    template_vmid_range: 9001-9049
    template_test: cloud-init
    template_test_bridge: vmbr9
    template_test_commands:
      - systemctl is-active ssh
`,
  returns: {
    vmid: { description: 'VMID of the generation.', type: 'int', returned: 'always', sample: 9001 },
    passed: {
      description: 'Whether it has passed the test that is wanted; in check mode whether it had before.',
      type: 'bool',
      returned: 'always',
      sample: true,
    },
    summary: {
      description: 'The same in words.',
      type: 'str',
      returned: 'always',
      sample: 'test (cloud-init): passed',
    },
  },
  locks: ({ generation: { family } }) => [`template-${family}`],
  asks: TEST_ASKS,
  performs: ['qm', 'test-guest', 'wait-work', 'remove-snippet', 'free-volume'],
  observe: observeTest,
  plan: planTest,
  notices: testNotices,
  report: ({ vmid, template_test: test }, observed) => {
    const { record } = observed.vm;
    const passed = record !== undefined && hasPassed(record, observed);
    return { vmid, passed, summary: `test (${test}): ${passed ? 'passed' : 'to be made'}` };
  },
});
