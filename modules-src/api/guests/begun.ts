import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isHalfClone, isStub, madeVolumes, targetOf } from '../../pve/vms/begun.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { GuestEntry, Remains } from '../../sdk/readings.ts';
import type { ClusterAction, QmAction } from '../../sdk/step.ts';
import { StepError } from '../../sdk/step-error.ts';
import { writeAtomically } from '../../system/files.ts';
import { privateDirectory, readOwn } from '../../system/own-file.ts';
import { fieldsOf, listOf, type Api } from '../api.ts';
import { waitForTask } from '../client/task.ts';

/** What is noted on the controller of an operation before it begins. */
interface Note {
  readonly verb: Remains['verb'];
  /** Name of the VM that it makes; empty where the VM is there. */
  readonly name: string;
  /** Template of a clone, whose number the task of a clone has. */
  readonly source: number | undefined;
  /** Id in the mark that a clone gets. */
  readonly id: string | undefined;
  /** Milliseconds of the controller's clock. */
  readonly since: number;
}

const noteOf = ({ folder }: Api, vmid: number): string => join(folder, `begun-${vmid}`);

/** Of an operation that dies before it has written a name, only this tells whose it is. */
export async function noteBegun(api: Api, action: QmAction): Promise<void> {
  const { verb, vmid, properties } = action;
  const isLong =
    verb === 'create' || verb === 'clone' || (verb === 'set' && madeVolumes(properties).length > 0);
  if (!isLong) return;
  const { name, description } = properties;
  const target = targetOf(action);
  const marker = typeof description === 'string' ? readMarker(description, target) : undefined;
  const note: Note = {
    verb,
    name: typeof name === 'string' ? name : '',
    source: verb === 'clone' ? vmid : undefined,
    id: marker?.id,
    since: Date.now(),
  };
  await privateDirectory(api.folder);
  await writeAtomically(noteOf(api, target), JSON.stringify(note), 0o600);
}

/** Any operation on the VM that succeeds shows that it is whole, or gone. */
export const forgetBegun = (api: Api, action: QmAction): Promise<void> =>
  rm(noteOf(api, targetOf(action)), { force: true });

async function readNote(api: Api, vmid: number): Promise<Note | undefined> {
  const text = await readOwn(noteOf(api, vmid));
  // Written by `noteBegun`, into a directory that only this user can enter.
  return text === undefined ? undefined : (JSON.parse(text) as Note);
}

/** The name for which an earlier run began to make the VM, when all that is there is what that operation wrote first. */
export async function begunAs(
  api: Api,
  { vmid, node }: GuestEntry,
  text: string,
): Promise<string | undefined> {
  if (node !== api.node || !/^lock: (?:create|clone)$/m.test(text)) return undefined;
  const note = await readNote(api, vmid);
  const config = parseVmConfig(text);
  if (note === undefined || config.get('lock') !== note.verb) return undefined;
  if (isHalfClone(config, vmid, note.id)) return note.name;
  return isStub(config) && !(await wasMadeLater(api, vmid, note)) ? note.name : undefined;
}

const A_MINUTE = 60_000;

/** Whether somebody has begun to make a VM of that number after we did, as far as clocks agree. */
async function wasMadeLater(
  { client, node }: Api,
  vmid: number,
  { verb, source, since }: Note,
): Promise<boolean> {
  const [type, id] = verb === 'clone' ? ['qmclone', source] : ['qmcreate', vmid];
  const tasks = await client.get(
    `/nodes/${node}/tasks?source=all&limit=1&typefilter=${type}&vmid=${id ?? vmid}`,
  );
  return tasksIn(tasks).some(({ starttime }) => starttime * 1000 > since + A_MINUTE);
}

interface Task {
  readonly upid: string;
  readonly type: string;
  readonly id: string;
  /** Seconds of the node's clock. */
  readonly starttime: number;
}

const tasksIn = (answer: unknown): Task[] =>
  listOf(answer).map(line => {
    const { upid, type, id, starttime } = fieldsOf(line);
    return { upid: String(upid), type: String(type), id: String(id), starttime: Number(starttime) };
  });

/** Tasks that make or change a VM, by what they do. */
const WORK: ReadonlyMap<string, Remains['verb']> = new Map([
  ['qmcreate', 'create'],
  ['qmclone', 'clone'],
  ['qmconfig', 'set'],
  ['resize', 'set'],
  ['qmtemplate', 'set'],
]);

/** The task of a clone has the number of its source. */
async function workOn(api: Api, vmid: number, note: Note | undefined): Promise<Task[]> {
  const active = tasksIn(await api.client.get(`/nodes/${api.node}/tasks?source=active`));
  return active.filter(({ type, id }) =>
    type === 'qmclone' ? id === String(note?.source) : id === String(vmid) && WORK.has(type),
  );
}

/** A task goes on when whoever began it is gone: then the next run waits for it. */
export const readRemains =
  (api: Api): Readings['readRemains'] =>
  async vmid => {
    const note = await readNote(api, vmid);
    const [task] = await workOn(api, vmid, note);
    if (task === undefined) return undefined;
    return {
      verb: WORK.get(task.type) ?? 'set',
      since: new Date(task.starttime * 1000).toISOString(),
      isBusy: true,
      // Proxmox VE itself removes what a task that fails has made.
      volumes: [],
      doubtful: [],
    };
  };

/** By the API no snippets are made, and Proxmox VE ends what it has begun. */
export const readRemovals = (): Readings['readRemovals'] => () => Promise.resolve([]);

export const waitWork = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-work' ? waitUntilIdle(api, action.vmid) : undefined;

async function waitUntilIdle(api: Api, vmid: number): Promise<void> {
  for (const { upid } of await workOn(api, vmid, await readNote(api, vmid)))
    // How it ended is seen by what it has left.
    await waitForTask(api.client, upid, `the task of VM ${vmid}`).catch((error: unknown) => {
      if (!(error instanceof StepError)) throw error;
    });
}
