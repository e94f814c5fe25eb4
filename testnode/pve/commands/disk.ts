import type { Command } from '../cli/command.ts';
import {
  DISK,
  DISK_OR_UNUSED,
  IMPORT_OPTIONS,
  MOVE_OPTIONS,
  NEW_SIZE,
  OPTIONAL_STORAGE,
  OPTIONAL_VMID,
  REQUIRED_TEXT,
  RESIZE_OPTIONS,
  STORAGE,
  VMID,
} from '../options/command.ts';
import { BOOLEAN } from '../schema/kinds.ts';
import { importDisk } from '../disks/import.ts';
import { rescan } from '../disks/rescan.ts';
import { resizeDisk } from '../disks/resize.ts';
import { moveDisk } from '../vm/move-disk.ts';
import { unlinkDisks } from '../vm/update.ts';

export const DISK_COMMANDS: readonly Command[] = [
  {
    name: 'disk move',
    positional: ['vmid', 'disk', 'storage'],
    parameters: {
      vmid: VMID,
      disk: { ...DISK_OR_UNUSED, required: true },
      storage: OPTIONAL_STORAGE,
      ...MOVE_OPTIONS,
    },
    run: moveDisk,
  },
  {
    name: 'disk resize',
    positional: ['vmid', 'disk', 'size'],
    parameters: { vmid: VMID, disk: DISK, size: NEW_SIZE, ...RESIZE_OPTIONS },
    run: resizeDisk,
  },
  {
    name: 'disk unlink',
    positional: ['vmid'],
    parameters: { vmid: VMID, idlist: REQUIRED_TEXT, force: BOOLEAN },
    run: unlinkDisks,
  },
  {
    name: 'disk import',
    positional: ['vmid', 'source', 'storage'],
    parameters: { vmid: VMID, source: REQUIRED_TEXT, storage: STORAGE, ...IMPORT_OPTIONS },
    run: importDisk,
  },
  {
    name: 'disk rescan',
    positional: [],
    parameters: { vmid: OPTIONAL_VMID, dryrun: BOOLEAN },
    run: rescan,
  },
];
