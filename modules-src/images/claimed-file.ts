import type { BigIntStats } from 'node:fs';
import { lstat, rm, type FileHandle } from 'node:fs/promises';
import { fieldOf, parseJson } from '../sdk/dictionary.ts';
import { metadataPath } from '../pve/images/file.ts';
import { isMissing, isThere, removeFile, statOf, writeAtomically } from '../system/files.ts';
import { openOwn, readTrusted } from '../system/own-file.ts';
import { StepError } from '../sdk/step-error.ts';

/** What tells a file that is being written over some time from every other one that has ever had its name. */
interface Claim {
  readonly inode: string;
  /** Nanoseconds; an inode's number is soon given to another file. */
  readonly born: string;
}

/**
 * Makes an empty file of ours, with a note beside it that says so to the next run, whatever becomes of this one. A file
 * of that name that holds something and is not ours is refused.
 */
export async function claimFile(path: string, note: object = {}): Promise<void> {
  const known = await readNote(path);
  if (known === undefined && (await isThere(metadataPath(path)))) throw inTheWay(metadataPath(path));
  const file = await openOwn(path);
  try {
    const found = await file.stat({ bigint: true });
    if (found.size > 0n && (known === undefined || !isClaimed(found, known))) throw inTheWay(path);
    await file.truncate(0);
    const claim: Claim = { inode: String(found.ino), born: String(found.birthtimeNs) };
    await writeAtomically(metadataPath(path), `${JSON.stringify({ ...note, ...claim })}\n`, 0o644);
  } finally {
    await file.close();
  }
}

/** Opens a file that was claimed; one that somebody has put in its place meanwhile is refused. */
export async function openClaimed(path: string): Promise<FileHandle> {
  const note = await readNote(path);
  const file = await openOwn(path);
  if (note !== undefined && isClaimed(await file.stat({ bigint: true }), note)) return file;
  await file.close();
  throw inTheWay(path);
}

const inTheWay = (path: string): StepError =>
  new StepError(`${path} is there, and not this role's; move it away`, false);

/** What was noted when the file was claimed; undefined when there is none, or another one under its name. */
export async function readClaim(path: string): Promise<object | undefined> {
  const [found, note] = await Promise.all([stateOf(path), readNote(path)]);
  return found !== undefined && note !== undefined && isClaimed(found, note) ? note : undefined;
}

/** An empty file with an empty note is what a full disk leaves; there is nothing to lose. */
function isClaimed(found: BigIntStats, note: Partial<Claim>): boolean {
  if (!found.isFile()) return false;
  if (note.inode === undefined) return found.size === 0n;
  return note.inode === String(found.ino) && note.born === String(found.birthtimeNs);
}

/** When something was last written into it, in milliseconds; undefined when it is not ours. A note alone counts, too. */
export async function claimedSince(path: string): Promise<number | undefined> {
  if ((await readClaim(path)) !== undefined) return (await statOf(path))?.mtimeMs;
  const isLeftAlone = (await readNote(path)) !== undefined && (await stateOf(path)) === undefined;
  return isLeftAlone ? (await statOf(metadataPath(path)))?.mtimeMs : undefined;
}

/** Removes a file that was claimed, and the note; a file that is not ours stays. */
export async function removeClaimed(path: string): Promise<void> {
  if ((await readClaim(path)) !== undefined) await rm(path, { force: true });
  if ((await readNote(path)) !== undefined) await removeFile(metadataPath(path));
}

async function readNote(path: string): Promise<Partial<Claim> | undefined> {
  const text = await readTrusted(metadataPath(path));
  if (text === undefined || text === '') return text === undefined ? undefined : {};
  const value = parseJson(text);
  return isClaim(value) ? value : undefined;
}

const isClaim = (value: unknown): value is Claim =>
  ['inode', 'born'].every(key => typeof fieldOf(value, key) === 'string');

const stateOf = (path: string): Promise<BigIntStats | undefined> =>
  lstat(path, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
