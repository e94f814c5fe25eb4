import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { imageLock } from '../../images/prunable.ts';
import { readImageRecord } from '../../images/record.ts';
import { metadataPath } from '../../pve/images/file.ts';
import { lastOfUse, mayGo } from '../../pve/images/ownership.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { ImageRecord, UnusedImage } from '../../sdk/image.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { fileIdentity } from '../../system/file-identity.ts';
import { withLock } from '../../system/file-lock.ts';
import { listDirectory } from '../../system/files.ts';
import type { Api } from '../api.ts';
import { listGuests } from '../guests/list.ts';
import { readGuest } from '../guests/read.ts';
import { removeVolume } from '../guests/volumes.ts';
import { controllerCache, imageStorage, isStoredAs, storedImages } from './storage.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

const DAY = 24 * 3600 * 1000;

interface Noted extends UnusedImage {
  /** The image's file on the controller, which may be gone. */
  readonly file: string;
  readonly record: ImageRecord;
  /** No other volume is that image. */
  readonly isLast: boolean;
}

/** Images on the storage that this controller has brought there and noted: others may be anybody's. */
async function notedImages(
  api: Api,
  storage: string,
  look: (api: Api) => Promise<readonly string[]>,
): Promise<readonly Noted[]> {
  const { path: folder } = controllerCache();
  const names = (await listDirectory(folder)).flatMap(name => /^\.(.+)\.json$/.exec(name)?.[1] ?? []);
  if (names.length === 0) return [];
  const stored = await storedImages(api, storage);
  const configs = await look(api);
  const noted = names.map(async name => {
    const record = await readImageRecord(join(folder, name));
    if (record === undefined) return [];
    const copies = stored.filter(({ volume }) => isStoredAs(volume, record.url, record.content));
    const digest = record.content.slice(record.content.indexOf(':') + 1);
    const names = copies.map(({ volume }) => volume.split('/').at(-1) ?? '');
    if (configs.some(text => [digest, ...names].some(one => text.includes(one)))) return [];
    const days = Math.floor((Date.now() - lastOfUse(record)) / DAY);
    return copies.map(({ volume }) => ({
      path: volume,
      days,
      file: join(folder, name),
      record,
      isLast: copies.length === 1,
    }));
  });
  return (await Promise.all(noted)).flat();
}

async function readConfigs(api: Api): Promise<readonly string[]> {
  const guests = await listGuests(api)();
  const readings = await Promise.all(guests.map(({ vmid }) => readGuest(api)(vmid)));
  return readings.flatMap(reading => reading?.text ?? []);
}

const seen = new WeakMap<Api, readonly string[]>();

/** Once more when the first image goes, for all that go with it: thousands of guests are not asked again for each. */
async function configsAtRemoval(api: Api): Promise<readonly string[]> {
  const configs = seen.get(api) ?? (await readConfigs(api));
  seen.set(api, configs);
  return configs;
}

export const listUnusedImages =
  (api: Api): Readings['listUnusedImages'] =>
  async ({ place, days, except }) => {
    const noted = await notedImages(api, await imageStorage(api, place), readConfigs);
    return noted
      .filter(image => image.days > days && image.path !== except)
      .map(({ path, days: age }) => ({ path, days: age }));
  };

/** Looked at once more, at last while nobody fetches it to this controller: another run may have wanted it since. */
export const removeImage = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-image' ? remove(api, action.path, action.days) : undefined;

async function remove(api: Api, volume: string, days: number): Promise<void> {
  const storage = storageOfVolume(volume);
  const found = (await notedImages(api, storage, configsAtRemoval)).find(image => image.path === volume);
  if (found === undefined || found.days <= days) return;
  const { file, record, isLast } = found;
  await withLock(imageLock(file), async () => {
    const noted = await readImageRecord(file);
    if (noted === undefined || lastOfUse(noted) !== lastOfUse(record)) return;
    await removeVolume(api, volume);
    if (!isLast) return;
    if (mayGo(noted, await fileIdentity(file))) await rm(file, { force: true });
    await rm(metadataPath(file), { force: true });
  });
}
