import { checksumText, parseChecksum } from '../../pve/images/checksum.ts';
import { alternativePath, imagePath, withoutLogin, type ImageRecord } from '../../pve/images/file.ts';
import { imageFolder, isStorageName } from '../../pve/images/folder.ts';
import { readImageRecord } from './record.ts';
import { exists } from '../../system/files.ts';
import { readStorages } from '../vms/files.ts';

/**
 * The file that the image of a URL has, or will have, in the cache (a directory or a storage): the URL's file name, unless that is the image of
 * another URL and no digest proves it to be the same.
 */
export async function findImagePath(
  place: string,
  url: string,
  checksum: string | undefined,
): Promise<string> {
  const path = imagePath(imageFolder(place, isStorageName(place) ? await readStorages() : []), url);
  const other = alternativePath(path, url);
  if (await exists(other)) return other;
  const record = (await exists(path)) ? await readImageRecord(path) : undefined;
  return record === undefined || isImageOf(record, url, checksum) ? path : other;
}

function isImageOf(record: ImageRecord, url: string, checksum: string | undefined): boolean {
  if (record.url === withoutLogin(url)) return true;
  const wanted = checksum === undefined ? undefined : parseChecksum(checksum);
  if (wanted === undefined || typeof wanted.digest !== 'string') return false;
  const text = checksumText(wanted);
  return record.digest === text || record.verified.includes(text);
}
