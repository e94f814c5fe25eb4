import type { Caller } from '../../access/caller.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { parseVolumeId } from '../../storage/volume-id.ts';
import { backendOf } from '../../storage/volumes.ts';
import { findStorage } from '../../storage/config.ts';

const FILES_FOR_ALL = ['iso', 'vztmpl', 'import'];

/** Whether a storage stands in the lists that the caller gets. */
export function maySee(caller: Caller, storage: string): boolean {
  return ['Datastore.Audit', 'Datastore.AllocateSpace'].some(name => caller.may(`/storage/${storage}`, name));
}

/** Fails unless the caller may look at a volume: disks belong to their VM, snippets to who allocates storages. */
export function assertMaySee(caller: Caller, volid: string): void {
  const { storage, name } = parseVolumeId(volid);
  const path = `/storage/${storage}`;
  if (caller.may(path, 'Datastore.Allocate')) return;
  const { content, vmid } = backendOf(findStorage(storage)).parse(name);
  if (FILES_FOR_ALL.includes(content)) {
    caller.assertOneOf(path, 'Datastore.AllocateSpace', 'Datastore.Audit');
  } else if (content === 'backup' && vmid !== undefined) {
    caller.assertAll(path, 'Datastore.AllocateSpace');
    caller.assertAll(`/vms/${vmid}`, 'VM.Backup');
  } else if (content === 'images' && vmid !== undefined) {
    caller.assertAll(path, 'Datastore.Audit');
    caller.assertAll(`/vms/${vmid}`, 'VM.Config.Disk');
  } else throw new PveFailure(`missing privileges to access ${volid}`);
}

/** The same as an answer. */
export function maySeeVolume(caller: Caller, volid: string): boolean {
  try {
    assertMaySee(caller, volid);
    return true;
  } catch (error) {
    if (error instanceof PveFailure) return false;
    throw error;
  }
}
