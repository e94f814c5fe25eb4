import { defineOptions } from '../../sdk/option.ts';

/** What to wait for when a guest comes up. */
export const firstBootOptions = defineOptions({
  wait_for: {
    type: 'str',
    choices: ['none', 'agent', 'address', 'ssh', 'cloud-init'],
    default: 'none',
    description: [
      'Sign of the guest to wait for: its agent; an address that its agent reports; an SSH server that greets, at an address',
      'of its settings or one that its agent reports; or the end of cloud-init, which is asked through the agent.',
    ],
  },
  wait_timeout: {
    type: 'int',
    default: 300,
    min: 1,
    max: 3600,
    description:
      'Seconds to wait for the sign; then the failure says what is missing and what the console shows.',
  },
});
