import { BOOLEAN, formatted, integer, listOf, oneOf, onlyIn9, TEXT } from '../schema/kinds.ts';
import type { ParameterSchemas, ValueSchema } from '../schema/kinds.ts';
import { CDROM_ALIAS, DRIVE_SLOTS, UNUSED_ENTRIES } from './drive.ts';
import { VM_OPTIONS } from './vm.ts';

const DESCRIPTION: ParameterSchemas = { description: TEXT };

/** A VMID. */
export const VMID: ValueSchema = {
  type: 'integer',
  format: 'vm-id',
  required: true,
  min: 100,
  max: 999_999_999,
};
export const OPTIONAL_VMID: ValueSchema = { ...VMID, required: false };
export const STORAGE: ValueSchema = { type: 'string', format: 'storage-id', required: true };
export const OPTIONAL_STORAGE: ValueSchema = { ...STORAGE, required: false };
export const REQUIRED_TEXT: ValueSchema = { type: 'string', required: true };
export const SNAPSHOT_NAME: ValueSchema = {
  type: 'string',
  format: 'config-id',
  maxLength: 40,
  required: true,
};
export const OPTIONAL_SNAPSHOT: ValueSchema = { ...SNAPSHOT_NAME, required: false };
export const DISK: ValueSchema = { type: 'string', enum: DRIVE_SLOTS, required: true };
export const OPTIONAL_DISK: ValueSchema = { ...DISK, required: false };
export const DISK_OR_UNUSED: ValueSchema = { type: 'string', enum: [...DRIVE_SLOTS, ...UNUSED_ENTRIES] };
const IMAGE_FORMAT = oneOf('raw', 'qcow2', 'vmdk');
export const NEW_SIZE: ValueSchema = { type: 'string', pattern: /^\+?\d+(\.\d+)?[KMGT]?$/, required: true };

const DIGEST: ValueSchema = { type: 'string', maxLength: 40 };
const SKIP_LOCK = BOOLEAN;

export const CREATE_OPTIONS: ParameterSchemas = {
  ...VM_OPTIONS,
  archive: { type: 'string', maxLength: 255 },
  bwlimit: integer(0),
  cdrom: CDROM_ALIAS,
  force: { type: 'boolean', requires: 'archive' },
  ...onlyIn9({ 'ha-managed': BOOLEAN }),
  'import-working-storage': formatted('storage-id'),
  'live-restore': BOOLEAN,
  pool: formatted('config-id'),
  sshkeys: TEXT,
  start: BOOLEAN,
  storage: formatted('storage-id'),
  unique: { type: 'boolean', requires: 'archive' },
};

export const SET_OPTIONS: ParameterSchemas = {
  ...VM_OPTIONS,
  cdrom: CDROM_ALIAS,
  delete: listOf('config-id'),
  digest: DIGEST,
  force: { type: 'boolean', requires: 'delete' },
  revert: listOf('config-id'),
  skiplock: SKIP_LOCK,
  sshkeys: TEXT,
};

export const CLONE_OPTIONS: ParameterSchemas = {
  bwlimit: integer(0),
  ...DESCRIPTION,
  format: IMAGE_FORMAT,
  full: BOOLEAN,
  name: formatted('dns-name'),
  pool: formatted('config-id'),
  snapname: OPTIONAL_SNAPSHOT,
  storage: formatted('storage-id'),
  target: formatted('node-name'),
};

export const IMPORT_OPTIONS: ParameterSchemas = { format: IMAGE_FORMAT, 'target-disk': DISK_OR_UNUSED };

export const RESIZE_OPTIONS: ParameterSchemas = { digest: DIGEST, skiplock: SKIP_LOCK };

export const MOVE_OPTIONS: ParameterSchemas = {
  bwlimit: integer(0),
  delete: BOOLEAN,
  digest: DIGEST,
  format: IMAGE_FORMAT,
  'target-digest': DIGEST,
  'target-disk': DISK_OR_UNUSED,
  'target-vmid': OPTIONAL_VMID,
};

export const DESTROY_OPTIONS: ParameterSchemas = {
  'destroy-unreferenced-disks': BOOLEAN,
  purge: BOOLEAN,
  skiplock: SKIP_LOCK,
};

export const START_OPTIONS: ParameterSchemas = {
  'force-cpu': TEXT,
  machine: VM_OPTIONS['machine'] ?? TEXT,
  migratedfrom: formatted('node-name'),
  skiplock: SKIP_LOCK,
  stateuri: { type: 'string', maxLength: 128 },
  targetstorage: TEXT,
  timeout: integer(0),
};

export const STOP_OPTIONS: ParameterSchemas = {
  keepActive: BOOLEAN,
  migratedfrom: formatted('node-name'),
  'overrule-shutdown': BOOLEAN,
  skiplock: SKIP_LOCK,
  timeout: integer(0),
};

export const SHUTDOWN_OPTIONS: ParameterSchemas = {
  forceStop: BOOLEAN,
  keepActive: BOOLEAN,
  skiplock: SKIP_LOCK,
  timeout: integer(0),
};

export const SNAPSHOT_OPTIONS: ParameterSchemas = {
  ...DESCRIPTION,
  vmstate: BOOLEAN,
};
