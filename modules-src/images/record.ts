import { dirname } from 'node:path';
import { isRenamed, metadataPath, parseImageNote, renderImageRecord } from '../pve/images/file.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { requireUnexposed } from '../system/exposure.ts';
import { isThere, statOf, writeAtomically } from '../system/files.ts';
import type { NoteImageAction } from '../sdk/step.ts';
import { StepError } from '../sdk/step-error.ts';
import { readTrusted } from '../system/own-file.ts';
import type { ImageReading, ImageRecord } from '../sdk/image.ts';

/** What stands beside an image. */
export interface SideFile {
  readonly record: ImageRecord | undefined;
  /** It is none of ours: it proves nothing, and is not written over. */
  readonly isForeign: boolean;
}

export async function readSideFile(path: string): Promise<SideFile> {
  const text = await readTrusted(metadataPath(path));
  if (text === undefined) return { record: undefined, isForeign: await isThere(metadataPath(path)) };
  await requireUnexposed(dirname(path));
  const note = parseImageNote(text);
  const record = note?.next !== undefined && (await hasArrived(path, note.next)) ? note.next : note?.record;
  return { record, isForeign: note === undefined && text !== '' };
}

/** What was noted about a cached image; undefined when nothing usable was. */
export const readImageRecord = async (path: string): Promise<ImageRecord | undefined> =>
  (await readSideFile(path)).record;

async function hasArrived(path: string, next: ImageRecord): Promise<boolean> {
  const file = await fileIdentity(path);
  return file !== undefined && isRenamed(next, file);
}

/** What was noted of the image at that path. */
export async function readNoted(path: string): Promise<ImageReading | undefined> {
  const record = await readImageRecord(path);
  if (record === undefined) return undefined;
  return { digest: record.content, virtualSize: record.virtualSize, bytes: (await statOf(path))?.size };
}

/** Notes what is known of an image; what somebody has put in the place of the note since the look is left alone. */
export async function noteImage({ path, record }: Pick<NoteImageAction, 'path' | 'record'>): Promise<void> {
  const { isForeign } = await readSideFile(path);
  if (isForeign) throw changedMeanwhile(metadataPath(path));
  await writeAtomically(metadataPath(path), renderImageRecord(record), 0o644);
}

/** The next look will tell what it is now. */
export const changedMeanwhile = (path: string): StepError =>
  new StepError(`${path} was changed meanwhile`, true);
