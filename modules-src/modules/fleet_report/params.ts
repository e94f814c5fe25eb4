import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

/** A VM, template or clone that somebody wants. */
const declared = defineOptions({
  name: { type: 'str', required: true, description: 'Its name.', example: 'web-1' },
  vmid: { type: 'int', description: 'Its VMID, where it is known.', example: 261 },
});

const result = defineOptions({
  task: { type: 'str', required: true, description: 'What was done, such as the name of a module.' },
  failed: { type: 'bool', default: false, description: 'Whether it failed.' },
  changed: { type: 'bool', default: false, description: 'Whether it changed something, or would.' },
  msg: { type: 'str', default: '', description: 'What it says.' },
  steps: {
    type: 'list',
    elements: 'dict',
    default: [],
    description: 'Its steps, as the modules of the role tell them.',
  },
  pending: {
    type: 'list',
    elements: 'dict',
    default: [],
    description: 'Settings that wait for a restart, as they are told.',
  },
});

export const params = defineOptions({
  guests: {
    type: 'list',
    elements: 'dict',
    required: true,
    options: {
      ...declared,
      node: { type: 'str', default: '', description: 'Node that it is to be on.', example: 'pve01' },
      others: {
        type: 'list',
        elements: 'dict',
        options: declared,
        default: [],
        description: 'What else is declared with it: clones and generations.',
      },
      results: {
        type: 'list',
        elements: 'dict',
        options: result,
        default: [],
        description:
          'What the modules have said of it; none, or only of its image and its node: the run has not come to it.',
      },
    },
    description: 'The VMs that are declared, each with what a run has said of it.',
  },
  fail_on: {
    type: 'str',
    choices: ['none', 'drift', 'undeclared', 'any'],
    default: 'none',
    description: [
      'What `failure` tells. `drift`: a VM is not as it is declared when the run ends, or nobody knows.',
      '`undeclared`: a guest of the role that nobody declares; `any`: one or the other.',
    ],
  },
});

export type Wanted = ValuesOf<typeof params>;
export type DeclaredGuest = Wanted['guests'][number];
