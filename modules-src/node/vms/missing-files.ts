import { fileVolume } from '../../pve/text/volume-id.ts';
import { contentPath } from '../../pve/text/storage-content.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { listDirectory } from '../../system/files.ts';
import { readStorages } from '../facts/storages.ts';

export const missingFiles: Readings['missingFiles'] = async volumes => {
  const storages = parseStorageConfig(await readStorages());
  const looked = volumes.map(async volume => ((await isMissing(volume, storages)) ? [volume] : []));
  return (await Promise.all(looked)).flat();
};

async function isMissing(volume: string, storages: readonly Storage[]): Promise<boolean> {
  const file = fileVolume(volume);
  const storage = storages.find(({ id }) => id === file?.storage);
  const folder = file && storage && contentPath(storage, file.content);
  if (file === undefined || folder === undefined) return false;
  const names = await listDirectory(folder);
  // What is empty may be not mounted yet.
  return !names.includes(file.name) && (names.length > 0 || storage?.type === 'dir');
}
