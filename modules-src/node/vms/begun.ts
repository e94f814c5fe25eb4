import { readFile, rm, stat } from 'node:fs/promises';
import {
  expectedNames,
  isFromThen,
  isHalfClone,
  isStub,
  madeVolumes,
  targetOf,
  worksOn,
  type MadeVolume,
} from '../../pve/vms/begun.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { volumesIn } from '../../pve/vms/volumes.ts';
import { isShared, parseStorageConfig } from '../../pve/text/storage-config.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { Remains } from '../../sdk/readings.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction, QmAction } from '../../sdk/step.ts';
import { listDirectory, readText, writeAtomically } from '../../system/files.ts';
import { privateDirectory, readOwn } from '../../system/own-file.ts';
import { pause } from '../../system/pause.ts';
import { commandLimit } from '../../system/run-command.ts';
import { localNode } from '../facts/local-node.ts';
import { readStorages } from '../facts/storages.ts';
import { isOlder, volumeId, volumeNames } from './volumes.ts';

/** Not below /run: a power cut is one of the things that leave a VM half made. */
const FOLDER = '/var/lib/proxmox-role';
const noteOf = (vmid: number): string => `${FOLDER}/begun-${vmid}`;

/** What is noted of an operation before it begins. */
interface Note {
  readonly verb: Remains['verb'];
  /** Name of the VM that it makes; empty where the VM is there. */
  readonly name: string;
  /** Template of a clone. */
  readonly source: number | undefined;
  /** Id in the mark that a clone gets; `vmgenid` of a VM that is there. */
  readonly id: string | undefined;
  /** Milliseconds of the node's clock. */
  readonly since: number;
  /** For each storage, the names that its new volumes get; none where nothing tells which are there already. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** Notes what begins: dying, it leaves a stub without a name and volumes that nothing names, of which only this tells whose they are. */
export async function noteBegun(action: QmAction): Promise<void> {
  const note = await noteFor(action);
  if (note === undefined) return;
  await privateDirectory(FOLDER);
  await writeAtomically(noteOf(targetOf(action)), JSON.stringify(note), 0o600);
}

async function noteFor(action: QmAction): Promise<Note | undefined> {
  const { verb, vmid, properties } = action;
  if (verb !== 'create' && verb !== 'clone' && verb !== 'set') return undefined;
  const made = verb === 'clone' ? await clonedVolumes(action) : madeVolumes(properties);
  if (verb === 'set' && made.length === 0) return undefined;
  const { name, description } = properties;
  const target = targetOf(action);
  const marker = typeof description === 'string' ? readMarker(description, target) : undefined;
  const config = verb === 'set' ? parseVmConfig((await readText(configOf(vmid))) ?? '') : undefined;
  return {
    verb,
    name: typeof name === 'string' ? name : '',
    source: verb === 'clone' ? vmid : undefined,
    id: config === undefined ? marker?.id : config.get('vmgenid'),
    since: Date.now(),
    expected: await expectedVolumes(target, made),
  };
}

/** A full copy goes to the storage that is named; a linked one stays where its base image is. */
async function clonedVolumes({ vmid, properties }: QmAction): Promise<readonly MadeVolume[]> {
  const config = parseVmConfig((await readText(configOf(vmid))) ?? '');
  const { storage } = properties;
  return volumesIn(config)
    .filter(({ key }) => !key.startsWith('unused'))
    .map(({ volume }) => ({
      storage: typeof storage === 'string' ? storage : volume.storage,
      isDisk: !volume.file.includes('-cloudinit'),
    }));
}

async function expectedVolumes(vmid: number, made: readonly MadeVolume[]): Promise<Note['expected']> {
  const storages = parseStorageConfig(await readStorages());
  const used = storages.filter(({ id }) => made.some(({ storage }) => storage === id));
  const found = used.map(async storage => {
    const disks = made.filter(({ storage: id, isDisk }) => isDisk && id === storage.id).length;
    const existing = await volumeNames(storage, vmid);
    const names = existing === undefined ? [] : expectedNames(vmid, disks, existing);
    return [storage.id, names.filter(name => !existing?.some(file => withoutFormat(file) === name))] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

const withoutFormat = (file: string): string => file.replace(/\.\w+$/, '');

const configOf = (vmid: number): string => `/etc/pve/nodes/${localNode()}/qemu-server/${vmid}.conf`;

/** Any operation on the VM that succeeds shows that it is whole, or gone. */
export const forgetBegun = (action: QmAction): Promise<void> => rm(noteOf(targetOf(action)), { force: true });

async function readNote(vmid: number): Promise<Note | undefined> {
  const text = await readOwn(noteOf(vmid));
  // Written by `noteBegun`, into a directory that only root can enter.
  return text === undefined ? undefined : (JSON.parse(text) as Note);
}

/**
 * The name for which an earlier run began to make the VM of this node, when all that is there is what that operation
 * wrote first: its stub, at once, or a half-made clone with the mark that it was given.
 */
export async function begunAs(vmid: number, configFile: string, text: string): Promise<string | undefined> {
  if (!/^lock: (?:create|clone)$/m.test(text)) return undefined;
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
  const text = await readText(configOf(vmid));
  const isBusy = await isWorkedOn(vmid, note.source);
  const isOther = verb === 'set' && parseVmConfig(text ?? '').get('vmgenid') !== note.id;
  const [volumes, doubtful] = await strayVolumes(vmid, note, isOther);
  const isLocked = text !== undefined && /^lock: (?:create|clone)$/m.test(text);
  if (!isBusy && !isLocked && volumes.length + doubtful.length === 0) {
    await rm(noteOf(vmid), { force: true });
    return undefined;
  }
  return { verb, since: new Date(since).toISOString(), isBusy, volumes, doubtful };
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

const isNamed = (configs: string, file: string): boolean =>
  new RegExp(`[:/]${file.replaceAll('.', '[.]')}(?:[,\\s]|$)`, 'm').test(configs);

async function allConfigs(): Promise<string> {
  const nodes = await listDirectory('/etc/pve/nodes');
  const folders = nodes.flatMap(node => ['qemu-server', 'lxc'].map(kind => `/etc/pve/nodes/${node}/${kind}`));
  const files = await Promise.all(
    folders.map(async folder => (await listDirectory(folder)).map(name => `${folder}/${name}`)),
  );
  return (await Promise.all(files.flat().map(async file => (await readText(file)) ?? ''))).join('\n');
}

/** The worker of a clone names its template. */
async function isWorkedOn(vmid: number, source: number | undefined): Promise<boolean> {
  const processes = (await listDirectory('/proc')).filter(name => /^\d+$/.test(name));
  const commandLines = await Promise.all(processes.map(commandLineOf));
  return commandLines.some(
    line => worksOn(vmid, line) || (source !== undefined && /clone/.test(line) && worksOn(source, line)),
  );
}

/** A process may end while it is looked at. */
const commandLineOf = (pid: string): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

export const waitWork = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-work' ? waitUntilIdle(action.vmid) : undefined;

async function waitUntilIdle(vmid: number): Promise<void> {
  const source = (await readNote(vmid))?.source;
  const patience = commandLimit();
  for (let waited = 0; await isWorkedOn(vmid, source); waited += 0.2) {
    if (waited > patience)
      throw new StepError(
        `a program still works on VM ${vmid} after ${patience} s; look for it with \`pgrep -af ${vmid}\``,
        false,
      );
    await pause(0.2);
  }
}
