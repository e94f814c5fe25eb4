import { rm } from 'node:fs/promises';
import {
  expectedNames,
  madeVolumes,
  noteOf,
  targetOf,
  type BegunNote,
  type MadeVolume,
} from '../../pve/vms/begun.ts';
import { attachedDrive } from '../../pve/text/cloud-init-volumes.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { volumesIn } from '../../pve/vms/volumes.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { parseVmConfig, type VmConfig } from '../../pve/text/vm-config.ts';
import { forget, readRemembered as readLines, remember } from '../../guests/remembered.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { QmAction } from '../../sdk/step.ts';
import { listDirectory, readText, writeAtomically } from '../../system/files.ts';
import { privateDirectory, readOwn } from '../../system/own-file.ts';
import { localNode } from '../facts/local-node.ts';
import { readStorages } from '../facts/storages.ts';
import { snippetsOf } from './snippets.ts';
import { volumeNames, withoutFormat } from './volumes.ts';

/** Not below /run: a power cut is one of the things that leave a VM half made. */
const FOLDER = '/var/lib/proxmox-role';
const fileOf = (vmid: number): string => `${FOLDER}/begun-${vmid}`;

export interface Note extends BegunNote {
  /** For each storage, the names that its new volumes get; none where nothing tells which are there already. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** Notes what begins: dying, it leaves a stub without a name and volumes that nothing names, of which only this tells whose they are. */
export async function noteBegun(action: QmAction): Promise<void> {
  await remember(FOLDER, action);
  const note = await noteFor(action);
  if (note === undefined) return;
  await privateDirectory(FOLDER);
  await writeAtomically(fileOf(targetOf(action)), JSON.stringify(note), 0o600);
}

async function noteFor(action: QmAction): Promise<Note | undefined> {
  const { verb, vmid, properties } = action;
  if (verb === 'destroy') return noteOfRemoval(vmid);
  const note = noteOf(action);
  if (note === undefined) return undefined;
  const made = verb === 'clone' ? await clonedVolumes(action) : madeVolumes(properties);
  return {
    ...note,
    ...(verb === 'set' && { id: (await configOf(vmid)).get('vmgenid') }),
    expected: await expectedVolumes(targetOf(action), made),
  };
}

/** Of a VM that is gone, nothing else tells whose its snippets and its drive were. */
async function noteOfRemoval(vmid: number): Promise<Note | undefined> {
  const config = await configOf(vmid);
  const id = readMarker(config.get('description'), vmid)?.id;
  if (id === undefined) return undefined;
  if (attachedDrive(config) === undefined && (await snippetsOf({ vmid, id })).length === 0) return undefined;
  const name = config.get('name') ?? '';
  return { verb: 'destroy', name, source: undefined, id, since: Date.now(), expected: {} };
}

/** A full copy goes to the storage that is named; a linked one stays where its base image is. */
async function clonedVolumes({ vmid, properties }: QmAction): Promise<readonly MadeVolume[]> {
  const config = await configOf(vmid);
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

export const configFile = (vmid: number): string => `/etc/pve/nodes/${localNode()}/qemu-server/${vmid}.conf`;

const configOf = async (vmid: number): Promise<VmConfig> =>
  parseVmConfig((await readText(configFile(vmid))) ?? '');

/** Any operation on the VM that succeeds shows that it is whole, or gone; the snippets of one that is gone go after it. */
export async function forgetBegun(action: QmAction): Promise<void> {
  await forget(FOLDER, action);
  if (action.verb === 'destroy' && (await readNote(action.vmid))?.verb === 'destroy') return;
  await forgetNote(targetOf(action));
}

export async function readNote(vmid: number): Promise<Note | undefined> {
  const text = await readOwn(fileOf(vmid));
  // Written by `noteBegun`, into a directory that only root can enter.
  return text === undefined ? undefined : (JSON.parse(text) as Note);
}

export const readRemembered: Readings['readRemembered'] = vmid => readLines(FOLDER, vmid);

/** VMIDs of the VMs of which something was begun. */
export const notedVmids = async (): Promise<readonly number[]> =>
  (await listDirectory(FOLDER)).flatMap(name => Number(/^begun-(\d+)$/.exec(name)?.[1] ?? []));

/** A note of which nothing is left. */
export const forgetNote = (vmid: number): Promise<void> => rm(fileOf(vmid), { force: true });
