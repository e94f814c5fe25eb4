import { defineOptions, type ValuesOf } from '../../../sdk/option.ts';
import { BRIDGE, NODE_NAME, VM_NAME } from '../../text/patterns.ts';
import { rangeOption } from '../vmids/range.ts';

/** What marks a VM as a generation of a template. */
export const generationOption = defineOptions({
  generation: {
    type: 'dict',
    options: {
      family: {
        type: 'str',
        required: true,
        pattern: VM_NAME,
        description: 'Name that moves from generation to generation.',
      },
      number: { type: 'int', required: true, min: 1, description: 'Number of the generation.' },
      settings: { type: 'str', description: 'Digest of the settings that it is made with.' },
      untested: { type: 'bool', description: 'It is to pass a test before it is the current one.' },
      held: {
        type: 'bool',
        description: 'It is to have its like on other nodes, too, before it is the current one.',
      },
      first: {
        type: 'int',
        description: 'VMID of a VM that was made before generations were counted, and is the first.',
      },
    },
    description:
      'Generation of a template that the VM will be, as M(template_generation) says; noted in its mark.',
  },
});

/** How the generations of a template are numbered and kept. */
export const rotationOptions = defineOptions({
  template_vmid_range: {
    ...rangeOption.vmid_range,
    description: 'VMIDs for the generations of a template: each takes the first that is free.',
    example: '9000-9049',
  },
  template_keep: {
    type: 'int',
    default: 2,
    min: 1,
    max: 100,
    description: [
      'Generations of a template that are kept, the current one among them.',
      'Older ones are removed: those alone that this role made, that nobody has touched since, and that nothing needs.',
      'The tag C(keep) keeps one.',
    ],
  },
});

/** Where else a template is to be. */
export const replicaOptions = defineOptions({
  template_nodes: {
    type: 'list',
    elements: 'str',
    pattern: NODE_NAME,
    description: [
      'Nodes on which a generation is to have its like, of the same image and settings, before it is the current one on any.',
      'None, or its own node alone: it is the current one as soon as it is whole.',
    ],
    example: ['pve01', 'pve02'],
  },
});

/** What a generation must pass before it is the current one. */
export const testOptions = defineOptions({
  template_test: {
    type: 'str',
    choices: ['none', 'boot', 'cloud-init'],
    default: 'none',
    description: [
      'What a new generation must show before it is the current one, in a linked clone that is removed afterwards:',
      '`boot`, that its guest agent answers; `cloud-init`, that cloud-init ends without an error, too. Then the commands.',
    ],
  },
  template_test_commands: {
    type: 'list',
    elements: 'str',
    description:
      'Commands for `/bin/sh` in the guest of that clone, as root by its agent; each must end with 0.',
    example: ['systemctl is-active ssh', 'test -x /usr/bin/python3'],
  },
  template_test_timeout: {
    type: 'int',
    default: 600,
    min: 1,
    max: 7200,
    description: 'Seconds for all of the test, from the start of the clone on.',
  },
  template_test_bridge: {
    type: 'str',
    pattern: BRIDGE,
    description: [
      'Bridge that the clone is connected to, where it asks DHCP for addresses; absent: its cables are out.',
      'An image that gets its guest agent at the first boot needs one that leads to its packages.',
    ],
    example: 'vmbr9',
  },
  template_test_keep: {
    type: 'bool',
    default: false,
    description: 'Keep a new generation that fails, to be looked at and tested again; else it is removed.',
  },
});

export type TemplateTest = ValuesOf<typeof testOptions>['template_test'];
