import { metadataPath, parseImageRecord, type ImageRecord } from '../pve/image-file.ts';
import { readText } from './node-files.ts';

/** What was noted about a cached image; undefined when nothing usable was. */
export async function readImageRecord(path: string): Promise<ImageRecord | undefined> {
  const text = await readText(metadataPath(path));
  return text === undefined ? undefined : parseImageRecord(text);
}
