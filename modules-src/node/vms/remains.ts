import { readFile, stat } from 'node:fs/promises';
import { findDrives } from '../../pve/cloud-init/find-snippets.ts';
import { isBeingMade, isFromThen, isHalfClone, isStub, worksOn } from '../../pve/vms/begun.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { isShared, parseStorageConfig } from '../../pve/text/storage-config.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { BegunRemoval, Remains } from '../../sdk/readings.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listDirectory, readText } from '../../system/files.ts';
import { pause } from '../../system/pause.ts';
import { commandLimit } from '../../system/run-command.ts';
import { sharedLook } from '../../system/shared-look.ts';
import { localNode } from '../facts/local-node.ts';
import { readStorages } from '../facts/storages.ts';
import { listIsoImages } from './iso-images.ts';
import { configFile, forgetNote, notedVmids, readNote, type Note } from './note.ts';
import { snippetsOf } from './snippets.ts';
import { isOlder, volumeId, volumeNames, withoutFormat } from './volumes.ts';

/**
 * The name for which an earlier run began to make the VM of this node, when all that is there is what that operation
 * wrote first: its stub, at once, or a half-made clone with the mark that it was given.
 */
export async function begunAs(vmid: number, configFile: string, text: string): Promise<string | undefined> {
  if (!isBeingMade(text)) return undefined;
  const note = await readNote(vmid);
  if (note === undefined || note.verb === 'set') return undefined;
  const config = parseVmConfig(text);
  if (config.get('lock') !== note.verb) return undefined;
  if (isHalfClone(config, vmid, note.id)) return note.name;
  const { mtimeMs } = await stat(configFile);
  return isStub(config) && isFromThen(note.since, mtimeMs) ? note.name : undefined;
}

/** A note of which nothing is left is forgotten. */
export async function readRemains(vmid: number): Promise<Remains | undefined> {
  const note = await readNote(vmid);
  if (note === undefined) return undefined;
  const { verb, since } = note;
  const text = await readText(configFile(vmid));
  const isBusy = await isWorkedOn(vmid, note.source);
  const isOther = verb === 'set' && parseVmConfig(text ?? '').get('vmgenid') !== note.id;
  const [made, doubtful] = await strayVolumes(vmid, note, isOther);
  const { snippets, drives } = verb === 'destroy' ? await strayOfRemoval(vmid, note, text) : NOTHING;
  const volumes = [...made, ...drives];
  const isLocked = text !== undefined && isBeingMade(text);
  if (!isBusy && !isLocked && volumes.length + doubtful.length + snippets.length === 0) {
    await forgetNote(vmid);
    return undefined;
  }
  return { verb, since: new Date(since).toISOString(), isBusy, volumes, doubtful, snippets };
}

/** Those of VMs that are there are for who works on them. */
export async function readRemovals(): Promise<readonly BegunRemoval[]> {
  const vmids = await notedVmids();
  const found = vmids.map(async vmid => {
    const note = await readNote(vmid);
    const remains = note?.verb === 'destroy' ? await readRemains(vmid) : undefined;
    return note === undefined || remains === undefined ? [] : [{ vmid, name: note.name, remains }];
  });
  return (await Promise.all(found)).flat();
}

/** Volumes of the names that the operation gave, that were not there before, and that no guest of the cluster names. */
async function strayVolumes(
  vmid: number,
  { expected, since }: Note,
  isOther: boolean,
): Promise<readonly [proven: string[], doubtful: string[]]> {
  const storages = parseStorageConfig(await readStorages()).filter(({ id }) => expected[id]?.length);
  const [proven, doubtful]: [string[], string[]] = [[], []];
  if (storages.length === 0) return [proven, doubtful];
  const named = await allConfigs();
  for (const storage of storages) {
    for (const file of (await volumeNames(storage, vmid)) ?? []) {
      if (expected[storage.id]?.includes(withoutFormat(file)) !== true) continue;
      if (isNamed(named, file) || (await isOlder(storage, vmid, file, since))) continue;
      (isOther || isShared(storage) ? doubtful : proven).push(volumeId(storage, vmid, file));
    }
  }
  return [proven, doubtful];
}

interface Stray {
  readonly snippets: readonly string[];
  readonly drives: readonly string[];
}

const NOTHING: Stray = { snippets: [], drives: [] };

/** Snippets and cloud-init drives of ours of a VM that is no more, and that no other one names. */
async function strayOfRemoval(vmid: number, { id = '' }: Note, config: string | undefined): Promise<Stray> {
  // Its removal failed: it still needs them.
  if (readMarker(parseVmConfig(config ?? '').get('description'), vmid)?.id === id) return NOTHING;
  const owner = { vmid, id };
  const part = { node: localNode(), listIsoImages };
  const drives = await findDrives(owner, parseStorageConfig(await readStorages()), part);
  const named = await allConfigs();
  const isStray = (volume: string): boolean => !isNamed(named, volume.split('/').at(-1) ?? volume);
  return { snippets: (await snippetsOf(owner)).filter(isStray), drives: drives.filter(isStray) };
}

const isNamed = (configs: string, file: string): boolean =>
  new RegExp(`[:/]${file.replaceAll('.', '[.]')}(?:[,\\s]|$)`, 'm').test(configs);

/** Of a hundred clones that were interrupted, each asks. */
const allConfigs = sharedLook(async () => {
  const nodes = await listDirectory('/etc/pve/nodes');
  const folders = nodes.flatMap(node => ['qemu-server', 'lxc'].map(kind => `/etc/pve/nodes/${node}/${kind}`));
  const files = await Promise.all(
    folders.map(async folder => (await listDirectory(folder)).map(name => `${folder}/${name}`)),
  );
  return (await Promise.all(files.flat().map(async file => (await readText(file)) ?? ''))).join('\n');
});

/** The worker of a clone names its template. */
const isWorkedOn = async (vmid: number, source: number | undefined): Promise<boolean> =>
  (await commandLines()).some(
    line => worksOn(vmid, line) || (source !== undefined && /clone/.test(line) && worksOn(source, line)),
  );

async function commandLines(): Promise<readonly string[]> {
  const processes = (await listDirectory('/proc')).filter(name => /^\d+$/.test(name));
  return Promise.all(processes.map(commandLineOf));
}

/** A process may end while it is looked at. */
const commandLineOf = (pid: string): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

export const waitWork = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-work' ? waitUntilIdle(action.vmid) : undefined;

async function waitUntilIdle(vmid: number): Promise<void> {
  const source = (await readNote(vmid))?.source;
  await whileBusy(vmid, () => isWorkedOn(vmid, source));
}

/** Waits until what others make there is made; answers whether anybody was at work. A clone's worker may be anyone's. */
export const othersDone = (vmid: number): Promise<boolean> =>
  whileBusy(vmid, async () =>
    (await commandLines()).some(line => worksOn(vmid, line) || line.includes(':qmclone:')),
  );

async function whileBusy(vmid: number, isBusy: () => Promise<boolean>): Promise<boolean> {
  const patience = commandLimit();
  let waited = 0;
  for (; await isBusy(); waited += 0.2) {
    if (waited > patience)
      throw new StepError(
        `a program still works on VM ${vmid} after ${patience} s; look for it with \`pgrep -af ${vmid}\``,
        false,
      );
    await pause(0.2);
  }
  return waited > 0;
}
