import {
  generationOption,
  replicaOptions,
  rotationOptions,
  testOptions,
} from '../../pve/vms/generations/options.ts';
import { identityOptions } from '../../pve/vms/identity-options.ts';
import { operationOptions } from '../../pve/settings/options.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeRotation, ROTATION_ASKS } from './observe.ts';
import { planRotate, rotationNotices } from './plan.ts';
import { rotationReport } from './report.ts';

export default defineModule({
  name: 'template_rotate',
  summary: 'Give the name of a template to its newest generation and remove old ones',
  description: [
    'Runs on the Proxmox VE node that owns the template.',
    'The newest whole generation gets the name; the one that had it is called by its generation from then on.',
    'One that is to be on other nodes, too, gets it when each of them has its like; while one lacks it, the name stays where it is.',
    'Generations beyond those that are kept are removed when this role made them, nobody has touched them, and nothing needs them.',
    'Touched is one that was renamed, tagged, annotated, restored, copied, moved to another node, or that got a disk or a snapshot.',
    'Needed is one on which linked clones stand, whose snippets another VM uses, or that is protected, locked, running, or named by HA, replication or a backup job.',
  ],
  params: {
    vmid: { ...identityOptions.vmid, description: 'VMID of the generation that was worked on.' },
    name: {
      ...identityOptions.name,
      description: 'Name of the template, which moves from generation to generation.',
    },
    generation: { ...generationOption.generation, required: true },
    template_keep: rotationOptions.template_keep,
    template_test: {
      ...testOptions.template_test,
      description: 'What a generation must have passed that was made for a test; `none` lets any take over.',
    },
    ...replicaOptions,
    ...operationOptions,
  },
  examples: `
- name: Let the new generation take over
  template_rotate:
    vmid: 9001
    name: ubuntu-24.04
    generation:
      family: ubuntu-24.04
      number: 2
    template_keep: 3
`,
  returns: {
    node: { description: 'Node that it is on.', type: 'str', returned: 'always', sample: 'pve01' },
    vmid: { description: 'VMID of the current generation.', type: 'int', returned: 'always', sample: 9001 },
    generation: { description: 'Which one it is.', type: 'int', returned: 'always', sample: 2 },
    generations: {
      description:
        'Every generation, newest first: vmid, name, number, and `kept` with the reason why an old one stays, and what to do about it.',
      type: 'list',
      elements: 'dict',
      returned: 'always',
      sample: [
        { vmid: 9001, name: 'ubuntu-24.04', number: 2 },
        { vmid: 9000, name: 'ubuntu-24.04-g1', number: 1, kept: 'linked clones stand on it: 301' },
      ],
    },
    removed: {
      description: 'VMIDs of the generations that were removed.',
      type: 'list',
      elements: 'int',
      returned: 'always',
      sample: [],
    },
    state: {
      description: 'What the current generation is, in words.',
      type: 'str',
      returned: 'always',
      sample: 'template, generation 2',
    },
    takeover: {
      description: 'Whether it has taken over, or would, where there was one before; in words.',
      type: 'str',
      returned: 'always',
      sample: 'replaces the one before',
    },
    lines: {
      description: 'What became of the others, in words: a line for each.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['generation 1: VM 9000 (ubuntu-24.04-g1), kept: linked clones stand on it: 301'],
    },
  },
  locks: ({ name }) => [`template-${name}`],
  asks: ROTATION_ASKS,
  performs: ['qm', 'remove-snippet', 'free-volume'],
  observe: observeRotation,
  plan: planRotate,
  notices: rotationNotices,
  report: rotationReport,
});
