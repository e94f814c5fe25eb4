import { metadataPath, parseImageRecord, type ImageRecord } from '../../pve/images/file.ts';
import { readText } from '../../system/files.ts';

/** What was noted about a cached image; undefined when nothing usable was. */
export async function readImageRecord(path: string): Promise<ImageRecord | undefined> {
  const text = await readText(metadataPath(path));
  return text === undefined ? undefined : parseImageRecord(text);
}
