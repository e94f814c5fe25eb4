import { stat } from 'node:fs/promises';
import { isFileStorage, parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { parseVolumeId } from '../../pve/text/volume-id.ts';
import { UserError } from '../../sdk/error.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { isMissing, listDirectory } from '../../system/files.ts';
import { runCommand } from '../../system/run-command.ts';
import { readStorages } from '../facts/storages.ts';

/**
 * File names of a VM's volumes on a storage, read by what the storage itself has: `pvesm list` costs as much as a `qm`
 * call. Undefined where nothing tells.
 */
export async function volumeNames(
  { type, path, properties, ...storage }: Storage,
  vmid: number,
): Promise<readonly string[] | undefined> {
  const isOfVm = (name: string): boolean => new RegExp(`^(?:vm|base)-${vmid}-`).test(name);
  if (isFileStorage({ type, path, properties, ...storage }) && path !== undefined)
    return (await listDirectory(`${path}/images/${vmid}`)).filter(isOfVm);
  const pool = properties.get('pool') ?? '';
  if (type === 'zfspool') {
    const names = await linesOf(['zfs', 'list', '-H', '-o', 'name', '-r', '-d', '1', pool]);
    return names?.map(name => name.slice(pool.length + 1)).filter(isOfVm);
  }
  const group = properties.get('vgname');
  if ((type !== 'lvm' && type !== 'lvmthin') || group === undefined) return undefined;
  const names = await linesOf(['lvs', '--noheadings', '-o', 'lv_name', group]);
  return names?.map(name => name.trim()).filter(isOfVm);
}

async function linesOf(argv: readonly [string, ...string[]]): Promise<readonly string[] | undefined> {
  const { rc, stdout } = await runCommand(argv);
  return rc === 0 ? stdout.split('\n').filter(line => line !== '') : undefined;
}

/** Storages of other kinds, such as RBD, and such as are not mounted, are asked by their program: it tells what it cannot read. */
export async function listVolumes(id: string, vmid: number): Promise<readonly string[]> {
  const storage = parseStorageConfig(await readStorages()).find(one => one.id === id);
  const files =
    storage === undefined || !(await isThere(storage)) ? undefined : await volumeNames(storage, vmid);
  if (storage !== undefined && files !== undefined) return files.map(file => volumeId(storage, vmid, file));
  const { rc, stdout, stderr } = await runCommand(['pvesm', 'list', id, '--vmid', String(vmid)]);
  if (rc !== 0)
    throw new UserError(
      `cannot list the volumes of storage ${id}: ${stderr.trim()}; mend it, or disable it with \`pvesm set ${id} --disable 1\``,
    );
  return stdout.split('\n').flatMap(line => /^(\S+:\S+)/.exec(line)?.[1] ?? []);
}

/** A folder that holds no images yet, or is not mounted, looks like one without volumes. */
const isThere = async (storage: Storage): Promise<boolean> =>
  !isFileStorage(storage) ||
  storage.path === undefined ||
  (await listDirectory(storage.path)).includes('images');

export const withoutFormat = (file: string): string => file.replace(/\.\w+$/, '');

/** Name of a volume as PVE calls it. */
export const volumeId = (storage: Storage, vmid: number, file: string): string =>
  `${storage.id}:${isFileStorage(storage) ? `${vmid}/` : ''}${file}`;

/** Whether a file of a volume was made before that time; on storages without files nothing tells. */
export async function isOlder(
  storage: Storage,
  vmid: number,
  file: string,
  milliseconds: number,
): Promise<boolean> {
  if (!isFileStorage(storage) || storage.path === undefined) return false;
  try {
    const { birthtimeMs } = await stat(`${storage.path}/images/${vmid}/${file}`);
    return birthtimeMs > 0 && birthtimeMs < milliseconds - 1000;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export const allocateVolume = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'allocate-volume' ? allocate(action) : undefined;

async function allocate({
  volume,
  vmid,
  bytes,
  format,
}: Extract<ClusterAction, { readonly kind: 'allocate-volume' }>): Promise<void> {
  const { storage = '', file = '' } = parseVolumeId(volume) ?? {};
  const size = String(Math.ceil(bytes / 1024));
  const { rc, stderr } = await runCommand([
    ...(['pvesm', 'alloc', storage, String(vmid), file, size] as const),
    ...['--format', format],
  ]);
  if (rc !== 0) throw new StepError(`pvesm alloc ${storage} ${vmid} ${file}: ${stderr.trim()}`, false);
}

/** `pvesm free` takes the storage's lock. */
export const freeVolume = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'free-volume' ? free(action.volume) : undefined;

export async function free(volume: string): Promise<void> {
  const { rc, stderr } = await runCommand(['pvesm', 'free', volume]);
  if (rc !== 0) throw new StepError(`pvesm free ${volume}: ${stderr.trim()}`, false);
}
