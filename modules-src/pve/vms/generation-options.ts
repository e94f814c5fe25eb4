import { defineOptions } from '../../sdk/option.ts';
import { VM_NAME } from '../text/patterns.ts';
import { rangeOption } from './vmids/range.ts';

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
      first: {
        type: 'int',
        description: 'VMID of a VM that was made before generations were counted, and is the first.',
      },
    },
    description:
      'Generation of a template that the VM will be, as M(template_generation) says; noted in its marker.',
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
