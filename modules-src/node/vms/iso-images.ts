import { nocloudImage } from '../../pve/cloud-init/drive/nocloud-image.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { contentPath } from '../../pve/text/storage-content.ts';
import { parseVolumeId } from '../../pve/text/volume-id.ts';
import { volumePath } from '../../pve/text/volume-path.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listDirectory, writeAtomically } from '../../system/files.ts';
import { readStorages } from '../facts/storages.ts';

export async function listIsoImages(wanted: readonly string[]): Promise<readonly string[]> {
  const storages = parseStorageConfig(await readStorages()).filter(({ id }) => wanted.includes(id));
  return (await Promise.all(storages.map(imagesOn))).flat();
}

async function imagesOn(storage: Storage): Promise<readonly string[]> {
  const folder = contentPath(storage, 'iso');
  const names = folder === undefined ? [] : await listDirectory(folder);
  return names.map(name => `${storage.id}:iso/${name}`);
}

export const putDrive = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'put-drive' ? put(action.volume, nocloudImage(action.files)) : undefined;

/** Read by PVE as root, and it may hold a password's hash. */
async function put(volume: string, image: Buffer): Promise<void> {
  const id = parseVolumeId(volume);
  const storage = parseStorageConfig(await readStorages()).find(one => one.id === id?.storage);
  const path = id === undefined || storage === undefined ? undefined : volumePath(storage, id);
  if (path === undefined) throw new StepError(`no storage of this node has files of ${volume}`, false);
  await writeAtomically(path, image, 0o640, 'www-data');
}
