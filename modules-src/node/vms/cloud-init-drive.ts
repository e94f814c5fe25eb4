import { readFile } from 'node:fs/promises';
import { readIso } from '../../pve/text/iso9660.ts';
import { readQcow2 } from '../../pve/text/qcow2.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { parseVolumeId } from '../../pve/text/volume-id.ts';
import { volumePath } from '../../pve/text/volume-path.ts';
import { readStorages } from '../facts/storages.ts';

export const readCloudInitDrive = async (volume: string): Promise<ReadonlyMap<string, string> | undefined> =>
  readDrive(volume, parseStorageConfig(await readStorages()));

/**
 * Reads the drive itself, 4 MiB that PVE made; undefined where it cannot be read from here (a volume that is not active, a
 * storage without files).
 */
export async function readDrive(
  volume: string,
  storages: readonly Storage[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const id = parseVolumeId(volume);
  const storage = storages.find(one => one.id === id?.storage);
  const path = id === undefined || storage === undefined ? undefined : volumePath(storage, id);
  if (path === undefined) return undefined;
  try {
    const file = await readFile(path);
    const files = readIso(readQcow2(file) ?? file);
    return files && new Map([...files].map(([name, bytes]) => [name, bytes.toString('utf8')]));
  } catch {
    return undefined;
  }
}
