import { findImagePath } from './place.ts';
import { readImageRecord } from './record.ts';

/** An image as modules name it after it was fetched. */
interface NamedImage {
  /** URL, or a file on the node. */
  readonly image?: string | undefined;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
}

/** Digest of the image as it is in the cache, from its record; undefined where there is none. */
export async function cachedDigest({
  image,
  cache_dir: folder,
  checksum,
}: NamedImage): Promise<string | undefined> {
  if (image === undefined || image === '') return undefined;
  const path = image.startsWith('/') ? image : await findImagePath(folder, image, checksum);
  return (await readImageRecord(path))?.content;
}
