import type { Part } from '../../sdk/cluster.ts';

/**
 * Whether what was made of an image with that digest is of another one than a download that is still to come will bring: what
 * is in the cache gives way, and of what was made of any other one nothing is known.
 */
export const isOutdatedBy = (
  next: 'same' | 'another' | 'unknown' | undefined,
  digest: string | undefined,
  cached: string | undefined,
): boolean => next === 'another' && digest !== undefined && digest === cached;

interface Wanted {
  /** URL, or a file on the node. */
  readonly image?: string | undefined;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
}

/** Digest of the image as it is in the cache; undefined where there is none, or nothing is known of it. */
export async function cachedDigest(
  { image, cache_dir: place, checksum }: Wanted,
  cluster: Part<'readImage'>,
): Promise<string | undefined> {
  if (image === undefined || image === '') return undefined;
  return (await cluster.readImage({ image, place, checksum }))?.digest;
}
