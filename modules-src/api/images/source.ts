import { readPart } from '../../images/download/part.ts';
import { noteKept } from '../../images/keep-image.ts';
import { imagePlaces } from '../../images/places.ts';
import { noteImage as noteHere, readImageRecord } from '../../images/record.ts';
import { parseChecksum } from '../../pve/images/checksum.ts';
import { shownUrl } from '../../pve/images/file.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';
import type { ImageRecord, ImageSource, NamedImage } from '../../sdk/image.ts';
import { qm as operation, type ClusterAction, type NoteImageAction } from '../../sdk/step.ts';
import type { Api } from '../api.ts';
import { qm } from '../guests/qm.ts';
import {
  controllerCache,
  imageStorage,
  isSameImage,
  isOfVolume,
  isStoredAs,
  storedImages,
  storedName,
  virtualSize,
  volumeIdentity,
  wholeVolumes,
  type StoredImage,
} from './storage.ts';
import { storageOfVolume } from '../../pve/text/volume-id.ts';

const IS_VOLUME = /^[A-Za-z][\w.-]*:import\//;

/** An image on its storage, as a disk is to be made of it. */
export const readSource =
  (api: Api): Readings['readSource'] =>
  async (named, use) => {
    const { image } = named;
    if (image.startsWith('/')) {
      if (use === 'name') return { path: image, image: undefined, digest: undefined };
      throw new UserError(
        `cannot import ${image} by the API: files of the node are root's alone; give its URL, or a volume such as local:import/NAME.qcow2, or go by SSH`,
      );
    }
    const { found, record, storage } = await locate(api, named);
    if (found === undefined)
      return { path: `${storage}:import/${expectedName(named)}`, image: undefined, digest: undefined };
    return sourceOf(api, found, record, use === 'name');
  };

async function sourceOf(
  api: Api,
  { volume, bytes }: StoredImage,
  record: ImageRecord | undefined,
  byName: boolean,
): Promise<ImageSource> {
  if (byName) return { path: volume, image: undefined, digest: undefined };
  const size = record?.virtualSize ?? (await virtualSize(api, volume));
  return {
    path: volume,
    image: { identity: volumeIdentity(bytes), virtualSize: size },
    digest: record?.content,
  };
}

const expectedName = ({ image }: NamedImage): string =>
  IS_VOLUME.test(image) ? (image.split('/').at(-1) ?? '') : storedName(shownUrl(image), undefined);

interface Located {
  readonly storage: string;
  readonly found: StoredImage | undefined;
  readonly record: ImageRecord | undefined;
}

/** By what was noted of it here, else by the digest that is given, else the newest of that name. */
async function locate(api: Api, { image, place, checksum }: NamedImage): Promise<Located> {
  if (IS_VOLUME.test(image)) {
    const storage = storageOfVolume(image);
    const found = (await storedImages(api, storage)).find(({ volume }) => volume === image);
    return { storage, found, record: undefined };
  }
  const url = shownUrl(image);
  const wanted = checksum === undefined ? undefined : parseChecksum(checksum);
  const [path] = await imagePlaces(controllerCache(), url, wanted);
  const [record, storage] = await Promise.all([readImageRecord(path), imageStorage(api, place)]);
  const given = typeof wanted?.digest === 'string' ? `${wanted.algorithm}:${wanted.digest}` : undefined;
  const own = record?.url === url ? record : undefined;
  const stored = await storedImages(api, storage);
  if (own !== undefined) return { storage, found: wholeVolumes(stored, own)[0], record: own };
  return {
    storage,
    found: newest(
      stored.filter(({ volume }) => isStoredAs(volume, url, given)),
      url,
    ),
    record: undefined,
  };
}

/** Of several of the newest one, the largest: another may be on its way. */
function newest(images: readonly StoredImage[], url: string): StoredImage | undefined {
  const [last] = [...images].sort((a, b) => b.made - a.made);
  const same = images.filter(({ volume }) => last !== undefined && isSameImage(volume, last.volume, url));
  return same.sort((a, b) => b.bytes - a.bytes || a.made - b.made)[0];
}

export const readImage =
  (api: Api): Readings['readImage'] =>
  async named => {
    if (named.image.startsWith('/')) return undefined;
    const { found, record } = await locate(api, named);
    if (record === undefined) return undefined;
    return { digest: record.content, virtualSize: record.virtualSize, bytes: found?.bytes };
  };

/** How much the controller has of it; what the node downloads, it does not tell. */
export const readPartialImage = (): Readings['readPartialImage'] => async image => {
  const url = shownUrl(image.image);
  const places = await imagePlaces(controllerCache(), url, undefined);
  const parts = await Promise.all(places.map(path => readPart(`${path}.part`, url, true)));
  const part = parts.find(found => found !== undefined);
  return part && { bytes: part.size, total: part.origin.total };
};

/** The volume has its digest in its name: it is what it was when it was looked at. */
export const importImage = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'import-image' ? qm(api, operation('set', action.vmid, action.properties)) : undefined;

export const noteImage = (_: unknown, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'note-image' ? noteOnController(action) : undefined;

/** A note stands on the controller, whatever the storage calls the image. */
async function noteOnController({ record }: NoteImageAction): Promise<void> {
  const [path] = await imagePlaces(controllerCache(), record.url, undefined);
  await (isOfVolume(record) ? noteHere({ path, record }) : noteKept({ path, record }));
}
