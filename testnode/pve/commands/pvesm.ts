import type { Command, Program } from '../cli/command.ts';
import { OPTIONAL_VMID, REQUIRED_TEXT, STORAGE, VMID } from '../options/command.ts';
import { addStorage, allocate, free, removeStorage, setStorage } from '../pvesm/change.ts';
import { showPath, showStorages, showVolumes } from '../pvesm/show.ts';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { BOOLEAN, formatted, integer, listOf, oneOf, TEXT } from '../schema/kinds.ts';
import type { ParameterSchemas, ValueSchema } from '../schema/kinds.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import { findStorage } from '../storage/config.ts';
import { backendOf } from '../storage/volumes.ts';
import { notImitated } from './not-imitated.ts';

const VOLUME: ValueSchema = { type: 'string', required: true, format: 'volume-id' };
const IMAGE_SIZE: ValueSchema = { type: 'string', required: true, pattern: /^\d+[MG]?$/ };

const STORAGE_OPTIONS: ParameterSchemas = {
  blocksize: TEXT,
  'content-dirs': TEXT,
  content: listOf('content'),
  'create-base-path': BOOLEAN,
  'create-subdirs': BOOLEAN,
  disable: BOOLEAN,
  export: TEXT,
  format: oneOf('raw', 'qcow2', 'subvol', 'vmdk'),
  is_mountpoint: TEXT,
  mkdir: BOOLEAN,
  nodes: TEXT,
  options: TEXT,
  pool: TEXT,
  preallocation: oneOf('off', 'metadata', 'falloc', 'full'),
  'prune-backups': TEXT,
  server: TEXT,
  shared: BOOLEAN,
  sparse: BOOLEAN,
  thinpool: TEXT,
  vgname: TEXT,
};

const ADD_OPTIONS: ParameterSchemas = { ...STORAGE_OPTIONS, path: formatted('absolute-path') };

const SCAN: readonly Command[] = [
  notImitated('scan cifs', ['server'], { username: TEXT }),
  ...(isVersion9() ? [] : [notImitated('scan glusterfs', ['server'])]),
  notImitated('scan iscsi', ['portal']),
  notImitated('scan lvm', []),
  notImitated('scan lvmthin', ['vg']),
  notImitated('scan nfs', ['server']),
  {
    ...notImitated('scan pbs', ['server', 'username'], { password: REQUIRED_TEXT, port: TEXT }),
    hasFormatOptions: true,
  },
  notImitated('scan zfs', []),
];

const CONFIGURE: readonly Command[] = [
  {
    name: 'add',
    positional: ['type', 'storage'],
    parameters: {
      type: {
        type: 'string',
        required: true,
        enum: 'btrfs cephfs cifs dir esxi iscsi iscsidirect lvm lvmthin nfs pbs rbd zfs zfspool'.split(' '),
      },
      storage: STORAGE,
      ...ADD_OPTIONS,
    },
    run: addStorage,
  },
  { name: 'remove', positional: ['storage'], parameters: { storage: STORAGE }, run: removeStorage },
  {
    name: 'set',
    positional: ['storage'],
    parameters: { storage: STORAGE, delete: TEXT, digest: TEXT, ...STORAGE_OPTIONS },
    run: setStorage,
  },
];

const VOLUMES: readonly Command[] = [
  {
    name: 'alloc',
    positional: ['storage', 'vmid', 'filename', 'size'],
    parameters: {
      storage: STORAGE,
      vmid: VMID,
      filename: REQUIRED_TEXT,
      size: IMAGE_SIZE,
      format: { ...oneOf('raw', 'qcow2', 'subvol', 'vmdk'), requires: 'size' },
    },
    run: allocate,
  },
  {
    name: 'free',
    positional: ['volume'],
    parameters: { volume: REQUIRED_TEXT, delay: integer(1, 30), storage: formatted('storage-id') },
    run: free,
  },
  {
    name: 'list',
    positional: ['storage'],
    parameters: { storage: STORAGE, content: formatted('content'), vmid: OPTIONAL_VMID },
    run: showVolumes,
  },
];

const STATUS: readonly Command[] = [
  {
    name: 'status',
    positional: [],
    parameters: {
      content: listOf('content'),
      enabled: BOOLEAN,
      format: BOOLEAN,
      storage: formatted('storage-id'),
      target: formatted('node-name'),
    },
    run: showStorages,
  },
];

const OTHERS: readonly Command[] = [
  { name: 'apiinfo', positional: [], parameters: {}, run: showApiVersion },
  notImitated('export', ['volume', 'format', 'filename'], { base: TEXT }),
  {
    name: 'extractconfig',
    positional: ['volume'],
    parameters: { volume: VOLUME },
    run: parameters => refuseToExtract(parameters.get('volume') ?? ''),
  },
  notImitated('import', ['volume', 'format', 'filename'], { base: TEXT }),
  { name: 'path', positional: ['volume'], parameters: { volume: VOLUME }, run: showPath },
  notImitated('prune-backups', ['storage'], { dryrun: BOOLEAN }),
];

/** `pvesm`, its commands in the order of its usage. */
export const PVESM: Program = {
  name: 'pvesm',
  groups: [SCAN, CONFIGURE, VOLUMES, STATUS, OTHERS],
  aliases: {
    cifsscan: 'scan cifs',
    ...(isVersion9() ? {} : { glusterfsscan: 'scan glusterfs' }),
    iscsiscan: 'scan iscsi',
    lvmscan: 'scan lvm',
    lvmthinscan: 'scan lvmthin',
    nfsscan: 'scan nfs',
    zfsscan: 'scan zfs',
  },
};

function showApiVersion(): void {
  const [version, age] = isVersion9() ? [15, 6] : [11, 2];
  print(`APIVER ${version}\nAPIAGE ${age}`);
}

function refuseToExtract(volid: string): never {
  const { storage, name } = parseVolumeId(volid);
  backendOf(findStorage(storage)).parse(name);
  throw new PveFailure('the test node makes no backups');
}
