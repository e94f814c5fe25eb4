import type { Command } from '../cli/command.ts';
import {
  DISK,
  IMPORT_OPTIONS,
  MOVE_OPTIONS,
  NEW_SIZE,
  OPTIONAL_STORAGE,
  OPTIONAL_VMID,
  REQUIRED_TEXT,
  RESIZE_OPTIONS,
  STORAGE,
  VMID,
} from '../options/command-options.ts';
import { BOOLEAN } from '../schema/schema.ts';
import { importDisk } from '../vm/import-disk.ts';
import { moveDisk } from '../vm/move-disk.ts';
import { rescan } from '../vm/rescan.ts';
import { resizeDisk } from '../vm/resize.ts';
import { unlinkDisks } from '../vm/update.ts';

export const DISK_COMMANDS: readonly Command[] = [
  {
    name: 'disk move',
    positional: ['vmid', 'disk', 'storage'],
    parameters: { vmid: VMID, disk: DISK, storage: OPTIONAL_STORAGE, ...MOVE_OPTIONS },
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
