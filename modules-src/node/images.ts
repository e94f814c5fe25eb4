import { parseChecksum } from '../pve/images/checksum.ts';
import { shownUrl } from '../pve/images/file.ts';
import { imageFolder, isStorageName, type ImageFolder } from '../pve/images/folder.ts';
import { parseStorageConfig } from '../pve/text/storage-config.ts';
import type { Readings } from '../sdk/cluster.ts';
import type { NamedImage } from '../sdk/image.ts';
import type { ClusterAction } from '../sdk/step.ts';
import { readPart } from '../images/download/part.ts';
import * as cache from '../images/find-image.ts';
import { imagePlaces } from '../images/places.ts';
import { prunableIn } from '../images/prunable.ts';
import { readNoted } from '../images/record.ts';
import { removeUnused } from '../images/remove-image.ts';
import * as source from '../images/source.ts';
import { listDirectory, readText } from '../system/files.ts';
import { readStorages } from './facts/storages.ts';
import { configFile, listGuests } from './vms/files.ts';

export const findImage: Readings['findImage'] = async wish =>
  cache.findImage(wish, await folderOf(wish.place));

export const readImage: Readings['readImage'] = async image => readNoted(await locate(image));

export const readSource: Readings['readSource'] = (image, use) => source.readSource(() => locate(image), use);

/** The download has the second name where a file that is not this role's has the first. */
export const readPartialImage: Readings['readPartialImage'] = async image => {
  const places = await placesOf(image);
  const url = shownUrl(image.image);
  const parts = await Promise.all(places.map(path => readPart(`${path}.part`, url, true)));
  const part = parts.find(found => found !== undefined);
  return part && { bytes: part.size, total: part.origin.total };
};

/** Nothing where the cluster's VMs cannot be seen. */
export const listUnusedImages: Readings['listUnusedImages'] = async ({ place, days, except }) => {
  const configs = await readConfigs();
  return configs === undefined ? [] : prunableIn((await folderOf(place)).path, configs, days, except);
};

/** Loaded when there is something to fetch: Node's HTTP and TLS cost 30 ms of start-up. */
export const fetchImage = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'fetch-image'
    ? import('../images/fetch-image.ts').then(one => one.fetchImage(action))
    : undefined;

export const noteImage = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'note-image'
    ? import('../images/keep-image.ts').then(one => one.noteKept(action))
    : undefined;

export const removeImage = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'remove-image'
    ? readConfigs().then(configs => configs && removeUnused(action, configs))
    : undefined;

const folderOf = async (place: string): Promise<ImageFolder> =>
  imageFolder(place, isStorageName(place) ? parseStorageConfig(await readStorages()) : []);

const placesOf = async ({ image, place, checksum }: NamedImage): Promise<readonly [string, string]> =>
  imagePlaces(await folderOf(place), image, checksum === undefined ? undefined : parseChecksum(checksum));

const locate = async (named: NamedImage): Promise<string> =>
  named.image.startsWith('/') ? named.image : (await placesOf(named))[0];

/** Configurations of all guests of the cluster; undefined where they cannot be seen. */
async function readConfigs(): Promise<readonly string[] | undefined> {
  const guests = await listGuests();
  if ((await listDirectory('/etc/pve/nodes')).length === 0) return undefined;
  const texts = await Promise.all(guests.map(guest => readText(configFile(guest))));
  return texts.filter(text => text !== undefined);
}
