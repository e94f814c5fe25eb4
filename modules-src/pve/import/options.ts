import { CHECKSUM } from '../images/checksum.ts';
import { imageOptions } from '../images/options.ts';
import { diskOptions } from '../settings/disk-options.ts';
import { settingOptions } from '../settings/options.ts';
import { DISK_SLOT, STORAGE_ID } from '../text/patterns.ts';
import { defineOptions } from '../../sdk/option.ts';

/** Parameters of modules that make a disk of an image. */
export const importOptions = defineOptions({
  image: {
    type: 'str',
    required: true,
    description: 'Image file on the node, or the URL that M(cloud_image_fetch) fetched it from.',
    example: '/var/lib/vz/template/iso/debian-12-genericcloud-amd64.qcow2',
  },
  cache_dir: imageOptions.cache_dir,
  checksum: {
    type: 'str',
    pattern: CHECKSUM,
    description:
      'Checksum that the image was fetched with: a digest tells it from another one of the same name.',
  },
  storage: {
    type: 'str',
    required: true,
    pattern: STORAGE_ID,
    description: 'Storage that receives the disk.',
    example: 'local-lvm',
  },
  disk: { type: 'str', default: 'scsi0', pattern: DISK_SLOT, description: 'Bus and slot of the disk.' },
  ...diskOptions,
  disks: {
    ...settingOptions.disks,
    description:
      'Disks as they are declared: the entry of O(disk) says the storage, the size and the options of this one.',
  },
});
