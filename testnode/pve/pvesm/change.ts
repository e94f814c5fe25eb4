import { mkdirSync } from 'node:fs';
import type { Parameters } from '../cli/command.ts';
import { given } from '../cli/command.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { runTask, runTaskWithoutVerdict } from '../tasks/start.ts';
import { textIn } from '../tasks/payload.ts';
import type { TaskPayload } from '../tasks/payload.ts';
import type { ImageFormat } from '../storage/backend.ts';
import { contentOf, findStorage, readStorages, writeStorages } from '../storage/config.ts';
import type { Storage } from '../storage/config.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import { allocateVolume, backendOf, freeVolume, storageFolders } from '../storage/volumes.ts';

const KIB = 1024;
const FAILED = 25;
const NEEDS_PATH = ['dir', 'btrfs'];

/** Parameters of `pvesm add` and `set` that are no options of a storage. */
const NOT_STORED = ['type', 'storage', 'delete', 'digest'];

/** `pvesm alloc` */
export async function allocate(parameters: Parameters): Promise<void> {
  try {
    print(`successfully created '${await allocateNamed(parameters)}'`);
  } catch (error) {
    throw error instanceof PveFailure && !(error instanceof ParameterFailure)
      ? new PveFailure(error.message, FAILED)
      : error;
  }
}

/** Makes an empty volume and answers its id; a size without a unit is in KiB. */
export async function allocateNamed(parameters: Parameters): Promise<string> {
  const [storage, vmid] = [given(parameters, 'storage'), Number(given(parameters, 'vmid'))];
  const name = parameters.get('filename') ?? '';
  const format = formatOf(name, parameters.get('format'));
  findStorage(storage);
  const bytes = bytesOf(given(parameters, 'size'));
  if (name !== '') backendOf(findStorage(storage)).parse(nameIn(storage, vmid, name));
  return allocateVolume({ storage, vmid, format, bytes, ...(name === '' ? {} : { name }) });
}

/** `pvesm free`: content with a volume that is gone already. */
export async function free(parameters: Parameters): Promise<void> {
  const volid = fullVolumeId(given(parameters, 'volume'), parameters.get('storage'));
  const { storage, name } = parseVolumeId(volid);
  backendOf(findStorage(storage)).parse(name);
  const order = { kind: 'imgdel', id: volid.replace(/[^\w.-]/g, '_'), payload: { volid } };
  if (parameters.has('delay')) await runTask(order);
  else await runTaskWithoutVerdict(order);
}

function fullVolumeId(volume: string, storage: string | undefined): string {
  if (volume.includes(':')) return volume;
  if (storage !== undefined) return `${storage}:${volume}`;
  const problem = 'no storage specified - incomplete volume ID';
  throw new ParameterFailure([{ parameter: 'volume', problem }]);
}

/** The worker's part of `pvesm free`. */
export async function freeTask(payload: TaskPayload): Promise<void> {
  const volid = textIn(payload, 'volid');
  await freeVolume(volid);
  print(`Removed volume '${volid}'`);
}

/** `pvesm add` */
export function addStorage(parameters: Parameters): void {
  const [type, id] = [given(parameters, 'type'), given(parameters, 'storage')];
  const storages = readStorages();
  if (storages.some(storage => storage.id === id)) {
    throw new PveFailure(`create storage failed: storage ID '${id}' already defined`);
  }
  if (NEEDS_PATH.includes(type) && !parameters.has('path')) {
    throw new PveFailure("missing value for required option 'path'");
  }
  const storage = { type, id, options: optionsOf(parameters) };
  createDirectories(storage);
  writeStorages([...storages, storage]);
}

/** `pvesm set` */
export function setStorage(parameters: Parameters): void {
  const id = given(parameters, 'storage');
  const removed = (parameters.get('delete') ?? '').split(/[,; ]+/);
  if (!readStorages().some(storage => storage.id === id))
    throw new PveFailure(`update storage failed: storage '${id}' does not exist`);
  const change = (storage: Storage): Storage => {
    const options = new Map([...storage.options, ...optionsOf(parameters)]);
    for (const name of removed) options.delete(name);
    if (options.get('disable') === '0') options.delete('disable');
    return { ...storage, options };
  };
  writeStorages(readStorages().map(storage => (storage.id === id ? change(storage) : storage)));
}

/** `pvesm remove` */
export function removeStorage(parameters: Parameters): void {
  const id = given(parameters, 'storage');
  const storages = readStorages();
  if (!storages.some(storage => storage.id === id)) {
    throw new PveFailure(`delete storage failed: storage '${id}' does not exist`);
  }
  writeStorages(storages.filter(storage => storage.id !== id));
}

// A new directory storage gets the folders of what it may hold at once.
function createDirectories(storage: Storage): void {
  const path = storage.options.get('path');
  if (path === undefined) return;
  mkdirSync(path, { recursive: true });
  for (const [content, folder] of Object.entries(storageFolders(storage)))
    if (contentOf(storage).includes(content)) mkdirSync(folder, { recursive: true });
}

function optionsOf(parameters: Parameters): ReadonlyMap<string, string> {
  return new Map([...parameters].filter(([name]) => !NOT_STORED.includes(name)));
}

function formatOf(name: string, wanted: string | undefined): ImageFormat {
  const named = /\.(raw|qcow2|vmdk)$/.exec(name)?.[1];
  if (named !== undefined && wanted !== undefined && named !== wanted) {
    const problem = `different storage formats (${wanted} != ${named})`;
    throw new ParameterFailure([{ parameter: 'format', problem }]);
  }
  const format = wanted ?? named ?? 'raw';
  return format === 'qcow2' || format === 'vmdk' ? format : 'raw';
}

function nameIn(storage: string, vmid: number, name: string): string {
  return backendOf(findStorage(storage)).formats.length > 1 ? `${vmid}/${name}` : name;
}

function bytesOf(size: string): number {
  const match = /^(\d+)([MG]?)$/.exec(size);
  const factor = { '': KIB, M: KIB ** 2, G: KIB ** 3 }[match?.[2] ?? ''] ?? KIB;
  return Number(match?.[1] ?? 0) * factor;
}
