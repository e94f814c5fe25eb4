import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { isFull, reachStep } from '../runtime/faults.ts';
import { withStorageLock } from '../runtime/lock.ts';
import { warn } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { qmp } from '../running/qmp.ts';
import type { Backend, ImageFormat, ImageInfo, ListedVolume } from './backend.ts';
import { blockBackend } from './block-backend.ts';
import { dirBackend } from './dir-backend.ts';
import { contentOf, findStorage, isShared, usableStorage } from './config.ts';
import { foldersOf } from './folders.ts';
import type { Folders } from './folders.ts';
import { copyFailed, copyImage } from './qemu-img.ts';
import type { CopyEnd } from './qemu-img.ts';
import type { Storage } from './config.ts';
import { parseVolumeId } from './volume-id.ts';

/** The backend of a storage. */
export function backendOf(storage: Storage): Backend {
  switch (storage.type) {
    case 'lvmthin':
    case 'lvm':
      return blockBackend(storage.id, { word: 'lvm', namesBase: false });
    case 'zfspool':
      return blockBackend(storage.id, { word: 'zfs', namesBase: true });
    default:
      return dirBackend(storageFolders(storage));
  }
}

/** Where a directory storage keeps what. */
export function storageFolders({ id, options }: Storage): Folders {
  return foldersOf(options.get('path') ?? `/mnt/pve/${id}`, options.get('content-dirs'));
}

/** Path of a volume on this node; whether it exists is not asked. */
export function volumePath(volid: string): string {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).pathOf(name);
}

/** Size and format of a volume; a missing one is a failure. */
export function inspectVolume(volid: string): ImageInfo {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(usableStorage(storage)).inspect(name);
}

/** What a volume's name says it holds: `images`, `import`, `iso`, … */
export function volumeContent(volid: string): string {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).parse(name).content;
}

/** The format that a volume's name tells; whether the volume exists is not asked. */
export function volumeFormat(volid: string): string {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).parse(name).format;
}

/** Fails in PVE's words when a volume is not there. */
export function assertVolumeExists(volid: string): void {
  const { storage, name } = parseVolumeId(volid);
  if (!backendOf(usableStorage(storage)).exists(name))
    throw new PveFailure(`volume '${volid}' does not exist`);
}

/** Fails unless a storage may hold disks of VMs. */
export function assertHoldsImages(id: string): void {
  if (!contentOf(findStorage(id)).includes('images')) {
    throw new ParameterFailure([
      { parameter: 'storage', problem: `storage '${id}' does not support vm images` },
    ]);
  }
}

/** What a new volume is to be. */
export interface NewVolume {
  readonly storage: string;
  readonly vmid: number;
  readonly format: ImageFormat;
  readonly bytes: number;
  readonly name?: string;
}

/** Creates a volume and answers its id. */
export async function allocateVolume({ storage: id, vmid, format, bytes, name }: NewVolume): Promise<string> {
  const storage = usableStorage(id);
  const created = await withStorageLock(id, isShared(storage), () =>
    backendOf(storage).allocate(vmid, format, bytes, name),
  );
  reachStep('allocated');
  return `${id}:${created}`;
}

/** Copies an image into a new volume and shows the progress. */
export async function fillVolume(
  volid: string,
  source: CopyEnd,
  bytes: number,
  kibPerSecond?: number,
): Promise<void> {
  const { storage } = parseVolumeId(volid);
  const target = { path: volumePath(volid), format: inspectVolume(volid).format };
  if (isFull(storage)) {
    warn('qemu-img: error while writing at byte 0: No space left on device');
    throw copyFailed(source, target, 1);
  }
  await copyImage(source, target, bytes, kibPerSecond);
  reachStep('copied');
}

/** Removes a volume; a base image that clones build on is refused. */
export async function freeVolume(volid: string): Promise<void> {
  const { storage: id, name } = parseVolumeId(volid);
  const storage = usableStorage(id);
  const backend = backendOf(storage);
  await withStorageLock(id, isShared(storage), () => {
    if (isUsedByClones(backend, name))
      throw new PveFailure(`base volume '${name}' is still in use by linked clones`);
    backend.free(name);
  });
}

/** Fails when linked clones need this base image. */
export function assertNoLinkedClones(volid: string): void {
  const { storage, name } = parseVolumeId(volid);
  if (isUsedByClones(backendOf(usableStorage(storage)), name))
    throw new PveFailure(`base volume '${volid}' is still in use by linked cloned`);
}

/** Turns a volume into a base image and answers its new id. */
export async function makeBaseVolume(volid: string): Promise<string> {
  const { storage: id, name } = parseVolumeId(volid);
  const storage = usableStorage(id);
  return withStorageLock(id, isShared(storage), () => `${id}:${backendOf(storage).makeBase(name)}`);
}

/** Hands a volume to another VM and answers its new id. */
export async function reassignVolume(volid: string, vmid: number): Promise<string> {
  const { storage: id, name } = parseVolumeId(volid);
  const storage = usableStorage(id);
  return withStorageLock(id, isShared(storage), () => `${id}:${backendOf(storage).reassign(name, vmid)}`);
}

/** Makes a linked clone of a base image and answers its id. */
export async function cloneVolume(volid: string, vmid: number): Promise<string> {
  const { storage: id, name } = parseVolumeId(volid);
  const storage = usableStorage(id);
  return withStorageLock(id, isShared(storage), () => `${id}:${backendOf(storage).cloneLinked(name, vmid)}`);
}

/** The guest that has a volume open, and under which name. */
export interface VolumeUser {
  readonly vmid: number;
  readonly slot: string;
}

/** Gives a volume a new size; a running guest resizes what it has open itself, without a word. */
export async function resizeVolume(volid: string, bytes: number, user?: VolumeUser): Promise<void> {
  const { storage, name } = parseVolumeId(volid);
  if (user && nodeSettings().guests === 'boot') {
    await qmp(user.vmid, 'block_resize', { device: `drive-${user.slot}`, size: bytes });
  } else {
    backendOf(usableStorage(storage)).resize(name, bytes, user !== undefined);
  }
}

/** Whether snapshots of a volume are possible. */
export function canSnapshotVolume(volid: string): boolean {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).canSnapshot(name);
}

/** Takes, applies or deletes a snapshot of a volume. */
export function snapshotVolume(action: 'create' | 'apply' | 'delete', volid: string, snapshot: string): void {
  const { storage, name } = parseVolumeId(volid);
  backendOf(usableStorage(storage)).snapshot(action, name, snapshot);
}

/** Volumes of a storage, of one VM only when asked. */
export function listVolumes(storage: Storage, vmid?: number): readonly ListedVolume[] {
  return backendOf(storage).list(vmid);
}

function isUsedByClones(backend: Backend, name: string): boolean {
  const parsed = backend.parse(name);
  if (!parsed.isBase) return false;
  const base =
    parsed.vmid !== undefined && name.includes('/') ? `${parsed.vmid}/${parsed.file}` : parsed.file;
  return backend.list().some(volume => volume.base === base);
}
