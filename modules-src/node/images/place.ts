import { dirname } from 'node:path';
import { checksumText, parseChecksum } from '../../pve/images/checksum.ts';
import { alternativePath, imagePath, withoutLogin, type ImageRecord } from '../../pve/images/file.ts';
import { imageFolder, isStorageName } from '../../pve/images/folder.ts';
import { readImageRecord } from './record.ts';
import { requireUnexposed } from '../../system/exposure.ts';
import { exists } from '../../system/files.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { readStorages } from '../facts/storages.ts';

/** The files that the image of a URL may have in the cache, the best first. */
export type ImagePlaces = readonly [string, string];

/**
 * The image of a URL has, or will have, the URL's file name in the cache (a directory or a storage); where that is the
 * image of another URL, and no digest proves it to be the same, or somebody's own file, a name that tells URLs apart.
 */
export async function imagePlaces(
  place: string,
  url: string,
  checksum: string | undefined,
): Promise<ImagePlaces> {
  const storages = isStorageName(place) ? parseStorageConfig(await readStorages()) : [];
  const path = imagePath(imageFolder(place, storages), url);
  // Whatever is read there could be forged, records included.
  await requireUnexposed(dirname(path));
  const other = alternativePath(path, url);
  const record = await recordOfFile(other);
  if (record !== undefined && isImageOf(record, url, checksum)) return [other, path];
  const taken = await recordOfFile(path);
  return taken === undefined || isImageOf(taken, url, checksum) ? [path, other] : [other, path];
}

export const findImagePath = async (...wanted: Parameters<typeof imagePlaces>): Promise<string> =>
  (await imagePlaces(...wanted))[0];

const recordOfFile = async (path: string): Promise<ImageRecord | undefined> =>
  (await exists(path)) ? readImageRecord(path) : undefined;

function isImageOf(record: ImageRecord, url: string, checksum: string | undefined): boolean {
  if (record.url === withoutLogin(url)) return true;
  const wanted = checksum === undefined ? undefined : parseChecksum(checksum);
  if (wanted === undefined || typeof wanted.digest !== 'string') return false;
  const text = checksumText(wanted);
  return record.digest === text || record.verified.includes(text);
}
