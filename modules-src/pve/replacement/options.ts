import { defineOptions } from '../../sdk/option.ts';

/** When a VM gets a new system. */
export const replaceOptions = defineOptions({
  replace: {
    type: 'str',
    choices: ['never', 'when-image-changed', 'always'],
    default: 'never',
    description: [
      'When the disk that the VM boots from makes way for a new one, made of the image: never; when the image is another one than the disk was made of; or in every run.',
      'The VM keeps its VMID, name, addresses and data disks. The old disk comes back where the guest does not give the sign that `wait_for` names.',
    ],
  },
});
