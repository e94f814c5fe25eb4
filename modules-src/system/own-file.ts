import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, type FileHandle } from 'node:fs/promises';
import { exchangeable, isShare, ownUser } from './exposure.ts';
import { isMissing } from './files.ts';
import { StepError } from '../sdk/step-error.ts';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/**
 * Opens a file of ours for writing, made when it is missing: no link in its place leads elsewhere. A symbolic link is
 * refused by the kernel; another name of some file (a hard link), and a file of another user, by what the open file says
 * of itself, before a byte of it is touched.
 */
export async function openOwn(path: string, mode = 0o600): Promise<FileHandle> {
  const file = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode).catch((error: unknown) => {
    throw isLink(error) ? refusal(path, 'it is a symbolic link') : error;
  });
  try {
    const why = await foreignness(path, await file.stat());
    if (why !== undefined) throw refusal(path, why);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The text of a file of ours that other users cannot read; undefined where there is none, so that it is written anew, in
 * the place of a link or of a file that is open to all.
 */
export const readOwn = (path: string): Promise<string | undefined> =>
  readIf(path, ({ mode }) => (mode & 0o007) === 0);

/** The same of a file that others may read, but that nobody else may have written. */
export const readTrusted = (path: string): Promise<string | undefined> =>
  readIf(path, found => exchangeable(found, true) === undefined);

/** More than any note of ours has. */
const LONGEST_TEXT = 4 * 1024 ** 2;

async function readIf(path: string, isOurs: (found: Stats) => boolean): Promise<string | undefined> {
  try {
    // Does not wait for whoever would write into a pipe.
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const found = await file.stat();
      const isText = found.isFile() && found.size <= LONGEST_TEXT;
      return isText && (isOurs(found) || (await isShare(path))) ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error) || isLink(error)) return undefined;
    throw error;
  }
}

const isLink = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ELOOP' || error.code === 'EMLINK');

async function foreignness(path: string, found: Stats): Promise<string | undefined> {
  if (!found.isFile()) return 'it is no ordinary file';
  // None at all: whoever had it has removed it since, such as a lock.
  if (found.nlink > 1) return 'the same file has another name elsewhere (a hard link)';
  return found.uid === ownUser() || (await isShare(path)) ? undefined : `it belongs to user ${found.uid}`;
}

const refusal = (path: string, why: string): StepError =>
  new StepError(`${path} is not written to: ${why}; remove it`, false);

/** A directory that only this user can enter, made when it is missing. */
export async function privateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  if (found.isDirectory() && found.uid === ownUser() && (found.mode & 0o077) === 0) return;
  throw new StepError(
    `${path} is not used: it is no directory that only its owner can enter; remove it`,
    false,
  );
}
