import { dirname } from 'node:path';
import { checksumText } from '../pve/images/checksum.ts';
import { alternativePath, imagePath, shownUrl } from '../pve/images/file.ts';
import type { ImageFolder } from '../pve/images/folder.ts';
import type { ImageChecksum, ImageRecord } from '../sdk/image.ts';
import { requireUnexposed } from '../system/exposure.ts';
import { exists } from '../system/files.ts';
import { readImageRecord } from './record.ts';

/**
 * The files that the image of a URL may have, the best first. It has, or will have, the URL's file name; where that is the
 * image of another URL, and no digest proves it to be the same, or somebody's own file, a name that tells URLs apart.
 */
export async function imagePlaces(
  folder: ImageFolder,
  url: string,
  checksum: ImageChecksum | undefined,
): Promise<readonly [string, string]> {
  const path = imagePath(folder, url);
  // Whatever is read there could be forged, records included.
  await requireUnexposed(dirname(path));
  const other = alternativePath(path, url);
  const record = await recordOfFile(other);
  if (record !== undefined && isImageOf(record, url, checksum)) return [other, path];
  const taken = await recordOfFile(path);
  return taken === undefined || isImageOf(taken, url, checksum) ? [path, other] : [other, path];
}

const recordOfFile = async (path: string): Promise<ImageRecord | undefined> =>
  (await exists(path)) ? readImageRecord(path) : undefined;

function isImageOf(record: ImageRecord, url: string, checksum: ImageChecksum | undefined): boolean {
  if (record.url === shownUrl(url)) return true;
  if (typeof checksum?.digest !== 'string') return false;
  const text = checksumText(checksum);
  return record.digest === text || record.verified.includes(text);
}
