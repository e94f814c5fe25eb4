import type { ImageUse, Part } from '../../sdk/cluster.ts';
import { parseStorageConfig } from '../text/storage-config.ts';
import type { FoundSource } from './disk.ts';
import { storageOf, type ImportWish } from './wish.ts';

export const SOURCE_ASKS = ['readSource', 'readStorages', 'readFreeBytes'] as const;

/** What names an image in the cache, and the disk that it is to become. */
export interface SourceWish extends Pick<ImportWish, 'disk' | 'disks' | 'storage'> {
  readonly image: string;
  readonly cache_dir: string;
  readonly checksum?: string | undefined;
}

/** The image, looked into as far as the use asks, and the storage. */
export async function findSource(
  wanted: SourceWish,
  use: ImageUse,
  checkMode: boolean,
  cluster: Part<(typeof SOURCE_ASKS)[number]>,
): Promise<FoundSource> {
  const { image, cache_dir: place, checksum } = wanted;
  const source = await cluster.readSource({ image, place, checksum }, use);
  const id = storageOf(wanted);
  const storage = parseStorageConfig(await cluster.readStorages()).find(one => one.id === id);
  const isMeasured = source.image !== undefined && storage !== undefined;
  return { ...source, storage, free: isMeasured ? await cluster.readFreeBytes(id) : undefined, checkMode };
}
