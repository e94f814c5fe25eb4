import { currentOf, nameOf } from '../../pve/vms/generations/family.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { GENERATION_ASKS, observeGenerations, type Found } from './observe.ts';
import { params, type Wanted } from './params.ts';

export default defineModule({
  name: 'template_generation',
  summary: 'Tell which generation of a template is to be worked on',
  description: [
    'Runs on the Proxmox VE node that owns the template, and only reads.',
    'The current generation, as long as it is of the image and the settings that are wanted.',
    'Else the next one, under a VMID of the range: one that an earlier run has begun, or a new one.',
    'Description, protection and pool say nothing about the machine and make no new generation.',
  ],
  params,
  examples: `
- name: Look whether the template is behind
  template_generation:
    name: ubuntu-24.04
    template_vmid_range: 9000-9049
    image: https://cloud-images.ubuntu.com/releases/noble/release/ubuntu-24.04-server-cloudimg-amd64.img
    memory: 2048
`,
  returns: {
    vmid: {
      description: 'VMID of the generation to work on.',
      type: 'int',
      returned: 'always',
      sample: 9001,
    },
    name: {
      description: 'Its name: that of the template, or one that says its generation until it is whole.',
      type: 'str',
      returned: 'always',
      sample: 'ubuntu-24.04-g2',
    },
    mark: {
      description: 'Its family, number, and digest of the settings, for M(vm_create).',
      type: 'dict',
      returned: 'always',
      sample: { family: 'ubuntu-24.04', number: 2, settings: 'scrypt:0123' },
    },
    current: {
      description: 'The generation that is current now: its vmid, name and number.',
      type: 'dict',
      returned: 'when there is one',
      sample: { vmid: 9000, name: 'ubuntu-24.04', number: 1 },
    },
    behind: {
      description: 'Why the current generation is not what is wanted; empty when it is.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['its settings are not those of now'],
    },
    summary: {
      description: 'What is not known of a generation that is as it is wanted otherwise.',
      type: 'str',
      returned: 'in check mode, while nothing tells which image is to come',
      sample: 'to be replaced if the image, which is still to be fetched, is another one',
    },
  },
  asks: GENERATION_ASKS,
  performs: [],
  observe: observeGenerations,
  plan: () => [],
  report: generationReport,
});

function generationReport(wanted: Wanted, found: Found): Readonly<Record<string, unknown>> {
  const { name, template_test: test } = wanted;
  const { choice, recipe } = found;
  const current = currentOf(found.generations);
  const first = found.generations.find(({ marker }) => marker?.generation === undefined);
  return {
    vmid: choice.vmid,
    name: choice.name,
    mark: {
      family: name,
      number: choice.number,
      settings: recipe.settings,
      ...(test !== 'none' && { untested: true }),
      ...(found.isReplicated && { held: true }),
      ...(first !== undefined && { first: first.record.vmid }),
    },
    behind: choice.behind,
    ...(found.isImageUnknown &&
      current !== undefined &&
      choice.behind.length === 0 && {
        summary: 'to be replaced if the image, which is still to be fetched, is another one',
      }),
    ...(current !== undefined && {
      current: { vmid: current.record.vmid, name: nameOf(current.record), number: current.number },
    }),
  };
}
