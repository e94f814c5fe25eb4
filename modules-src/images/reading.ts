import type { ImageReading } from '../sdk/image.ts';
import { statOf } from '../system/files.ts';
import { readImageRecord } from './record.ts';

/** What was noted of the image at that path. */
export async function readNoted(path: string): Promise<ImageReading | undefined> {
  const record = await readImageRecord(path);
  if (record === undefined) return undefined;
  return { digest: record.content, virtualSize: record.virtualSize, bytes: (await statOf(path))?.size };
}
