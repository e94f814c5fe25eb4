import { defineOptions } from '../../sdk/option.ts';
import { imageDiskOptions } from './disk-options.ts';
import { DISK_SLOT } from '../text/patterns.ts';
import { identityOptions } from '../vms/identity-options.ts';
import { diskStorageOption, operationOptions, settingOptions } from './options.ts';

/** Where a cloud image goes. */
export const imageSlotOption = defineOptions({
  image_disk: {
    type: 'str',
    pattern: DISK_SLOT,
    description:
      'Slot of the disk that an image becomes; its entry in `disks` says storage, size and options.',
    example: 'virtio0',
  },
});

/** All that is known about a VM: what it is created with, and converged to later. */
export const vmOptions = defineOptions({
  ...identityOptions,
  ...settingOptions,
  ...diskStorageOption,
  ...imageSlotOption,
  ...imageDiskOptions,
  ...operationOptions,
});
