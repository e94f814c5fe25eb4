import { defineOptions } from '../../sdk/option.ts';
import { driveOptions } from './disk-options.ts';
import { DISK_SLOT } from '../text/patterns.ts';
import { identityOptions } from '../vms/identity-options.ts';
import { diskStorageOption, retryOptions, settingOptions } from './options.ts';

/** Options of the disk that a cloud image becomes, apart from those of disks that are written out. */
export const imageDiskOptions = defineOptions({
  disk_cache: driveOptions.cache,
  disk_discard: driveOptions.discard,
  disk_ssd: driveOptions.ssd,
  disk_iothread: driveOptions.iothread,
  disk_aio: driveOptions.aio,
  disk_backup: driveOptions.backup,
});

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
  ...imageDiskOptions,
  ...retryOptions,
});
