import type { ImageReading, NamedImage } from '../../sdk/readings.ts';
import { statOf } from '../../system/files.ts';
import { findImagePath } from './place.ts';
import { readImageRecord } from './record.ts';

export async function readImage({ image, place, checksum }: NamedImage): Promise<ImageReading | undefined> {
  const path = image.startsWith('/') ? image : await findImagePath(place, image, checksum);
  const record = await readImageRecord(path);
  if (record === undefined) return undefined;
  return { digest: record.content, virtualSize: record.virtualSize, bytes: (await statOf(path))?.size };
}
