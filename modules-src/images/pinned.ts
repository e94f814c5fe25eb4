import { open, type FileHandle } from 'node:fs/promises';
import { isUntouched } from '../pve/images/file.ts';
import { UserError } from '../sdk/error.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { requireUnexposed } from '../system/exposure.ts';
import { flock } from '../system/file-lock.ts';
import { readImageRecord } from './record.ts';
import { isMissing } from '../system/files.ts';
import { StepError } from '../sdk/step-error.ts';
import type { CheckedFile, FileIdentity, ImageRecord } from '../sdk/image.ts';

/** What is known of an image file that is about to be used. */
export interface KnownImage extends CheckedFile {
  /** Absent: nobody of ours fetched it. */
  readonly record: ImageRecord | undefined;
}

/** An image of which nothing but its record may say what it is; refused when it is no longer the file that was verified. */
export async function knownImage(path: string): Promise<KnownImage | undefined> {
  const [identity, record] = await Promise.all([fileIdentity(path), readImageRecord(path)]);
  if (identity === undefined) return undefined;
  if (record !== undefined) await requireUnexposed(path);
  if (record !== undefined && !isUntouched(record, identity) && !(await hasContent(path, record)))
    throw new UserError(
      `cannot use ${path}: it is not the file that was fetched and verified (${record.content}), it was changed since; ` +
        'fetch it again with --tags image when you have moved it away, or, if it is yours, give its digest as the checksum',
    );
  return { path, identity, record };
}

/** A file that was only copied or touched still has the bytes that were verified. */
async function hasContent(path: string, { content }: ImageRecord): Promise<boolean> {
  const { fileDigests } = await import('../system/file-digest.ts');
  return (await fileDigests(path, [content.slice(0, content.indexOf(':'))])).includes(content);
}

/** Does what reads an image while it stays what it was when it was checked: no run of ours replaces it meanwhile. */
export async function withPinned<T>({ path, identity }: CheckedFile, work: () => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    await flock(file, path, ['-s']);
    if (!(await isSame(path, identity)))
      throw new StepError(`${path} was changed since it was checked; run the play again`, false);
    const done = await work();
    if (await isSame(path, identity)) return done;
    throw new UserError(
      `${path} was changed while it was imported, so that nobody knows what the new disk holds; ` +
        'find out who writes to it, remove the VM, and run the play again',
    );
  } finally {
    await file.close();
  }
}

async function isSame(path: string, before: FileIdentity): Promise<boolean> {
  const now = await fileIdentity(path);
  return now !== undefined && isUntouched({ identity: before }, now);
}

/** Does what replaces an image when no run of ours reads it. */
export async function withNobodyImporting<T>(path: string, work: () => Promise<T>): Promise<T> {
  const file = await openExisting(path);
  if (file === undefined) return work();
  try {
    await flock(file, path, ['-x']);
    return await work();
  } finally {
    await file.close();
  }
}

/** For writing, which the locks of a network file system ask for. */
async function openExisting(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r+').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}
