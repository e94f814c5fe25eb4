import { driveOptions } from '../settings/disk-options.ts';
import { DISK_SLOT, STORAGE_ID } from '../text/patterns.ts';
import { SIZE } from '../text/size.ts';
import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

/** Names that Proxmox VE gives to volumes of its own are left out. */
const NAME = {
  regex: '^(?!disk-\\d|cloudinit|state-)[a-z][a-z0-9-]{0,39}$',
  says: 'a name of small letters, digits and hyphens, such as pgdata',
};

const diskKeys = defineOptions({
  name: {
    type: 'str',
    required: true,
    pattern: NAME,
    description: 'Name of the disk, one in the cluster: by it the disk is known again, whichever VM has it.',
    example: 'pgdata',
  },
  size: {
    type: 'str',
    pattern: SIZE,
    description: 'Size of a new disk; one that is there grows to it and never shrinks.',
    example: '200G',
  },
  storage: {
    type: 'str',
    pattern: STORAGE_ID,
    description: 'Storage of the disk; absent: that of the VM’s disks.',
    example: 'local-lvm',
  },
  format: {
    type: 'str',
    choices: ['raw', 'qcow2'],
    description: 'Format of a new disk on a file storage; absent: raw.',
  },
  ...driveOptions,
});

/** Disks that outlive their VM. */
export const dataDiskOptions = defineOptions({
  data_disks: {
    type: 'dict',
    keys: DISK_SLOT,
    values: diskKeys,
    description: [
      'Disks with a name of their own, by the slot that they are attached to. Each is made once, empty, and belongs to no VM.',
      'It is attached to the VM that declares it, is detached before that VM is removed, and is never formatted, shrunk or deleted.',
    ],
    example: { scsi2: { name: 'pgdata', size: '200G', storage: 'local-lvm' } },
  },
  data_holder: {
    type: 'int',
    default: 999999,
    min: 100,
    max: 999999999,
    description:
      'VMID of the VM that all data disks of the cluster bear: a stopped, protected VM without hardware, which is made with the first of them.',
  },
});

export type DataDiskKeys = ValuesOf<typeof diskKeys>;
