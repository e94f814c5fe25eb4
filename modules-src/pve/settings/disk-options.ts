import { prefixed } from '../../sdk/compose.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';
import { SIZE, SIZE_INCREASE } from '../text/size.ts';

/** How a disk is driven; they can be changed for a disk that is there. */
export const driveOptions = defineOptions({
  cache: {
    type: 'str',
    choices: ['none', 'writethrough', 'writeback', 'unsafe', 'directsync'],
    description: 'Cache mode of the disk.',
  },
  discard: {
    type: 'str',
    choices: ['on', 'ignore'],
    description: 'Whether space that the guest frees goes back to the storage.',
  },
  ssd: {
    type: 'bool',
    description: 'Show the disk to the guest as a solid-state drive; not on the bus virtio.',
  },
  iothread: {
    type: 'bool',
    description:
      'Give the disk a thread of its own; on the bus scsi that needs the controller `virtio-scsi-single`.',
  },
  aio: {
    type: 'str',
    choices: ['io_uring', 'native', 'threads'],
    description: 'How QEMU does the input and output; `native` needs the cache mode `none` or `directsync`.',
  },
  backup: { type: 'bool', description: 'Back the disk up with the VM.' },
});

/** The same of the disk that a cloud image becomes, for modules that know other disks, too. */
export const imageDiskOptions = prefixed('disk_', driveOptions);

/** A disk's options as they stand in its property string: `cache=none,ssd=1`. */
export const driveText = (wishes: ValuesOf<typeof driveOptions>): string => driveTextOf(wishes, '');

export const imageDriveText = (wishes: ValuesOf<typeof imageDiskOptions>): string =>
  driveTextOf(wishes, 'disk_');

function driveTextOf(wishes: object, prefix: string): string {
  return Object.keys(driveOptions)
    .flatMap(name => {
      const value: unknown = Reflect.get(wishes, prefix + name);
      if (typeof value === 'boolean') return [`${name}=${Number(value)}`];
      return typeof value === 'string' ? [`${name}=${value}`] : [];
    })
    .join(',');
}

/** The disk that a cloud image becomes. */
export const diskOptions = defineOptions({
  format: {
    type: 'str',
    choices: ['raw', 'qcow2'],
    description: 'Format on file storages; block storages are raw whatever it says.',
  },
  size_increase: {
    type: 'str',
    pattern: SIZE_INCREASE,
    description: 'Grow the disk by this much over the image, once: the size is noted with the import.',
  },
  size: {
    type: 'str',
    pattern: SIZE,
    description: 'Size of the disk; wins over the increase, and grows an older disk.',
  },
  ...driveOptions,
});
