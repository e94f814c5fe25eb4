import { defineOptions } from '../sdk/option.ts';
import { DISK_SLOT } from './patterns.ts';
import { diskStorageOption, identityOptions, retryOptions, settingOptions } from './setting-options.ts';

/** All that is known about a VM: what it is created with, and converged to later. */
export const vmOptions = defineOptions({
  ...identityOptions,
  ...settingOptions,
  ...diskStorageOption,
  image_disk: {
    type: 'str',
    pattern: DISK_SLOT,
    description: 'Slot that a cloud image will take; `disks` makes none there.',
    example: 'scsi0',
  },
  ...retryOptions,
});
