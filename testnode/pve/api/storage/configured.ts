import { createHash } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';
import { findStorage, readStorages } from '../../storage/config.ts';
import type { Storage } from '../../storage/config.ts';
import { maySee } from './visible.ts';

export const STORAGE_TYPES =
  'btrfs cephfs cifs dir esxi iscsi iscsidirect lvm lvmthin nfs pbs rbd zfs zfspool'.split(' ');

/** What storage.cfg says of the storages that the caller may see, in no order of its own: here never in that of the file. */
export function listConfigured(parameters: Parameters, caller: Caller): readonly object[] {
  const type = parameters.get('type');
  return readStorages()
    .filter(storage => type === undefined || storage.type === type)
    .filter(({ id }) => maySee(caller, id))
    .map(describe)
    .reverse();
}

export function showConfigured(parameters: Parameters): object {
  return describe(findStorage(given(parameters, 'storage')));
}

function describe({ id, type, options }: Storage): object {
  const digest = createHash('sha1')
    .update(readClusterFile('storage.cfg') ?? '')
    .digest('hex');
  const values = [...options].map(
    ([key, value]) => [key, /^\d+$/.test(value) ? Number(value) : value] as const,
  );
  return { storage: id, type, digest, ...Object.fromEntries(values) };
}
