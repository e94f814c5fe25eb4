import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { allocateNamed } from '../../pvesm/change.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { usableStorage } from '../../storage/config.ts';
import { backendOf } from '../../storage/volumes.ts';
import { exitStatusOf } from '../../tasks/log.ts';
import { runTask } from '../../tasks/start.ts';
import { parseUpid } from '../../tasks/upid.ts';
import { nodeOf } from '../local-node.ts';
import { volumeOf } from './volume.ts';

const MILLISECONDS_BETWEEN_LOOKS = 50;

/** Makes an empty volume and answers its id. */
export function allocate(parameters: Parameters): Promise<string> {
  nodeOf(parameters);
  return allocateNamed(parameters);
}

/** Removes a volume in a task; with `delay` the call waits for so many seconds. */
export async function removeVolume(parameters: Parameters, caller: Caller): Promise<string | undefined> {
  nodeOf(parameters);
  const volid = volumeOf(parameters);
  const storage = given(parameters, 'storage');
  const { vmid, content } = backendOf(usableStorage(storage)).parse(volid.slice(storage.length + 1));
  if (content === 'backup' && vmid !== undefined) caller.assertAll(`/vms/${vmid}`, 'VM.Backup');
  caller.assertAll(
    `/storage/${storage}`,
    content === 'backup' ? 'Datastore.AllocateSpace' : 'Datastore.Allocate',
  );
  const id = vmid === undefined ? storage : `${vmid}@${storage}`;
  const { upid } = await runTask({ kind: 'imgdel', id, payload: { volid } });
  const delay = parameters.get('delay');
  return delay === undefined ? upid : unlessEnded(upid, Number(delay));
}

/** The id of a task that still runs after so many seconds; nothing when it has ended, and its reason when it failed. */
async function unlessEnded(upid: string, seconds: number): Promise<string | undefined> {
  const task = parseUpid(upid);
  const deadline = Date.now() + seconds * 1000;
  while (task && Date.now() < deadline) {
    const status = exitStatusOf(task);
    if (status === 'OK' || status?.startsWith('WARNINGS')) return undefined;
    if (status !== undefined) throw new PveFailure(status);
    await new Promise(resolve => setTimeout(resolve, MILLISECONDS_BETWEEN_LOOKS));
  }
  return upid;
}
