import { generationOption, rotationOptions, testOptions } from '../../pve/vms/generations/options.ts';
import { currentOf, nameOf } from '../../pve/vms/generations/family.ts';
import { keptBecause, keptText } from '../../pve/vms/removal.ts';
import { identityOptions } from '../../pve/vms/identity-options.ts';
import { operationOptions } from '../../pve/settings/options.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { observeRotation, ROTATION_ASKS, type Wanted } from './observe.ts';
import { planRotate, prunable, rotationNotices, type Observed } from './plan.ts';

export default defineModule({
  name: 'template_rotate',
  summary: 'Give the name of a template to its newest generation and remove old ones',
  description: [
    'Runs on the Proxmox VE node that owns the template.',
    'The newest whole generation gets the name; the one that had it is called by its generation from then on.',
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
  },
  locks: ({ name }) => [`template-${name}`],
  asks: ROTATION_ASKS,
  performs: ['qm', 'remove-snippet', 'free-volume'],
  observe: observeRotation,
  plan: planRotate,
  notices: rotationNotices,
  report: rotationReport,
});

function rotationReport(
  wanted: Wanted,
  observed: Observed,
  first: Observed,
): Readonly<Record<string, unknown>> {
  const current = currentOf(observed.generations);
  const old = new Set(prunable(wanted, observed).map(({ record }) => record.vmid));
  const left = new Set(observed.generations.map(({ record }) => record.vmid));
  return {
    vmid: current?.record.vmid,
    generation: current?.number,
    generations: observed.generations.map(one => {
      const { vmid } = one.record;
      const kept = old.has(vmid) ? keptBecause(one.record, observed) : undefined;
      return {
        vmid,
        name: nameOf(one.record),
        number: one.number,
        ...(kept !== undefined && { kept: keptText(kept) }),
      };
    }),
    removed: first.generations.map(({ record }) => record.vmid).filter(vmid => !left.has(vmid)),
  };
}
