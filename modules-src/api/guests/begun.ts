import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBeingMade, isHalfClone, isStub, noteOf, targetOf, type BegunNote } from '../../pve/vms/begun.ts';
import {
  attachedDrive,
  customParts,
  isSnippetOf,
  type SnippetOwner,
} from '../../pve/text/cloud-init-volumes.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { forget, readRemembered as readLines, remember } from '../../guests/remembered.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { GuestEntry } from '../../sdk/readings.ts';
import type { QmAction } from '../../sdk/step.ts';
import { listDirectory, writeAtomically } from '../../system/files.ts';
import { privateDirectory, readOwn } from '../../system/own-file.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { placeOf, type Api } from '../api.ts';
import { tasksIn } from './tasks.ts';

const fileOf = ({ folder }: Api, vmid: number): string => join(folder, `begun-${vmid}`);

/** Of an operation that dies before it has written a name, or after it has removed one, only this tells whose it is. */
export async function noteBegun(api: Api, action: QmAction): Promise<void> {
  await remember(api.folder, action);
  const note = action.verb === 'destroy' ? await noteOfRemoval(api, action.vmid) : noteOf(action);
  if (note === undefined) return;
  await privateDirectory(api.folder);
  await writeAtomically(fileOf(api, targetOf(action)), JSON.stringify(note), 0o600);
}

/** Of a VM that is gone, nothing else tells whose its drive and its snippets were. */
async function noteOfRemoval(api: Api, vmid: number): Promise<BegunNote | undefined> {
  const path = `/nodes/${placeOf(api, vmid)}/qemu/${vmid}/config`;
  const fields = fieldsOf(await api.client.get(path));
  const config = new Map(Object.entries(fields).map(([key, value]) => [key, String(value)]));
  const id = readMarker(config.get('description'), vmid)?.id;
  if (id === undefined || !hasFiles(config, { vmid, id })) return undefined;
  const name = config.get('name') ?? '';
  return { verb: 'destroy', name, source: undefined, id, since: Date.now() };
}

const hasFiles = (config: ReadonlyMap<string, string>, owner: SnippetOwner): boolean =>
  attachedDrive(config) !== undefined ||
  [...customParts(config).values()].some(volume => isSnippetOf(owner, volume));

/** Any operation on the VM that succeeds shows that it is whole, or gone; the files of one that is gone go after it. */
export async function forgetBegun(api: Api, action: QmAction): Promise<void> {
  await forget(api.folder, action);
  if (action.verb === 'destroy' && (await readNote(api, action.vmid))?.verb === 'destroy') return;
  await forgetNote(api, targetOf(action));
}

/** A note of which nothing is left. */
export const forgetNote = (api: Api, vmid: number): Promise<void> => rm(fileOf(api, vmid), { force: true });

export const readRemembered =
  ({ folder }: Api): Readings['readRemembered'] =>
  vmid =>
    readLines(folder, vmid);

/** VMIDs of the VMs of which something was begun. */
export const notedVmids = async ({ folder }: Api): Promise<readonly number[]> =>
  (await listDirectory(folder)).flatMap(name => Number(/^begun-(\d+)$/.exec(name)?.[1] ?? []));

export async function readNote(api: Api, vmid: number): Promise<BegunNote | undefined> {
  const text = await readOwn(fileOf(api, vmid));
  // Written by `noteBegun`, into a directory that only this user can enter.
  return text === undefined ? undefined : (JSON.parse(text) as BegunNote);
}

/** The name for which an earlier run began to make the VM, when all that is there is what that operation wrote first. */
export async function begunAs(
  api: Api,
  { vmid, node }: GuestEntry,
  text: string,
): Promise<string | undefined> {
  if (node !== api.node || !isBeingMade(text)) return undefined;
  const note = await readNote(api, vmid);
  const config = parseVmConfig(text);
  if (note === undefined || config.get('lock') !== note.verb) return undefined;
  if (isHalfClone(config, vmid, note.id)) return note.name;
  return isStub(config) && !(await wasMadeLater(api, vmid, note)) ? note.name : undefined;
}

const A_MINUTE = 60_000;

/** Whether somebody has begun to make a VM of that VMID after we did, as far as clocks agree. */
async function wasMadeLater(
  { client, node }: Api,
  vmid: number,
  { verb, source, since }: BegunNote,
): Promise<boolean> {
  const [type, id] = verb === 'clone' ? ['qmclone', source] : ['qmcreate', vmid];
  const tasks = await client.get(
    `/nodes/${node}/tasks?source=all&limit=1&typefilter=${type}&vmid=${id ?? vmid}`,
  );
  return tasksIn(tasks).some(({ starttime }) => starttime * 1000 > since + A_MINUTE);
}
