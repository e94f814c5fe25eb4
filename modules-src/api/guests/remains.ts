import { findDrives, findSnippets } from '../../pve/cloud-init/find-snippets.ts';
import { isUsable, parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { readVm, surveyVms } from '../../pve/vms/find.ts';
import { snippetOwner } from '../../pve/vms/snippet-owner.ts';
import { unusedSnippets, unusedVolumes } from '../../pve/vms/snippet-users.ts';
import type { BegunNote } from '../../pve/vms/begun.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { Remains } from '../../sdk/readings.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import type { Api } from '../api.ts';
import { activeStorages, readStorages } from '../facts/storages.ts';
import { forgetNote, notedVmids, readNote } from './begun.ts';
import { listIsoImages } from './iso-images.ts';
import { listGuests } from './list.ts';
import { ended } from './others.ts';
import { listSnippets } from './snippets.ts';
import { readGuest } from './read.ts';
import { tasksIn, type Task } from './tasks.ts';

/** Tasks that make or change a VM, by what they do. */
const WORK: ReadonlyMap<string, Remains['verb']> = new Map([
  ['qmcreate', 'create'],
  ['qmclone', 'clone'],
  ['qmconfig', 'set'],
  ['resize', 'set'],
  ['qmtemplate', 'set'],
]);

/** The task of a clone has the VMID of its source. */
async function workOn(api: Api, vmid: number, note: BegunNote | undefined): Promise<Task[]> {
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
    if (task !== undefined)
      return remains(WORK.get(task.type) ?? 'set', task.starttime * 1000, { isBusy: true });
    if (note?.verb !== 'destroy') return undefined;
    const stray = await strayFiles(api, vmid, note);
    if (stray === undefined) return undefined;
    if (stray.volumes.length + stray.snippets.length > 0) return remains(note.verb, note.since, stray);
    await forgetNote(api, vmid);
    return undefined;
  };

/** Proxmox VE itself removes what a task that fails has made. */
const remains = (
  verb: Remains['verb'],
  since: number,
  { isBusy = false, volumes = [], snippets = [] }: Partial<Remains>,
): Remains => ({ verb, since: new Date(since).toISOString(), isBusy, volumes, doubtful: [], snippets });

/** Files of ours of a VM that is no more, and that no other one has; undefined while a node is down, or a storage away. */
async function strayFiles(
  api: Api,
  vmid: number,
  { id = '' }: BegunNote,
): Promise<Required<Pick<Remains, 'volumes' | 'snippets'>> | undefined> {
  const part = { node: api.node, listIsoImages: listIsoImages(api), listSnippets: listSnippets(api) };
  const owner = { vmid, id };
  const storages = parseStorageConfig(await readStorages(api)());
  const drives = await findDrives(owner, storages, part);
  const { places } = await findSnippets(owner, new Map(), storages, part);
  if (drives.length + places.length === 0)
    return (await isAnyAway(api, storages)) ? undefined : { volumes: [], snippets: [] };
  const cluster = { node: api.node, listGuests: listGuests(api), readGuest: readGuest(api) };
  // The list lags: a VM whose removal has failed may be missing in it.
  const { records, lost } = await surveyVms(cluster);
  if (lost.length > 0) return undefined;
  const all = [await readVm(vmid, cluster), ...records].filter(one => one !== undefined);
  if (all.some(one => one.vmid === vmid && snippetOwner(one).id === id)) return { volumes: [], snippets: [] };
  const snippets = unusedSnippets(places, undefined, all).map(({ volume }) => volume);
  return { volumes: unusedVolumes(drives, undefined, all), snippets };
}

/** A storage that is away may hold the drive. */
async function isAnyAway(api: Api, storages: readonly Storage[]): Promise<boolean> {
  const active = await activeStorages(api, 'iso');
  return storages.some(
    one => one.content.includes('iso') && isUsable(one, api.node) && !active.includes(one.id),
  );
}

/** Those of VMs that are there are for who works on them. */
export const readRemovals =
  (api: Api): Readings['readRemovals'] =>
  async () => {
    const found = (await notedVmids(api)).map(async vmid => {
      const note = await readNote(api, vmid);
      const left = note?.verb === 'destroy' ? await readRemains(api)(vmid) : undefined;
      return note === undefined || left === undefined ? [] : [{ vmid, name: note.name, remains: left }];
    });
    return (await Promise.all(found)).flat();
  };

export const waitWork = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-work' ? waitUntilIdle(api, action.vmid) : undefined;

async function waitUntilIdle(api: Api, vmid: number): Promise<void> {
  for (const { upid } of await workOn(api, vmid, await readNote(api, vmid))) await ended(api, upid);
}
