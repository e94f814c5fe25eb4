import { constants, type Stats } from 'node:fs';
import {
  access,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../sdk/error.ts';

/** The text of a file; undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const SMALL = 4 * 1024 ** 2;

/** The bytes of a file whose name somebody gave: no device, no pipe, nothing that fills the memory; undefined: none. */
export async function readSmallFile(path: string): Promise<Buffer | undefined> {
  const found = await statOf(path);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > SMALL)
    throw new UserError(`cannot use it: ${path} is no ordinary file of at most 4 MiB; correct the path`);
  return readFile(path);
}

/** Names in a directory; none where it is missing. */
export async function listDirectory(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What the file system knows of a file; undefined where there is none. */
export async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether something has the name, be it a link that leads nowhere. */
export const isThere = async (path: string): Promise<boolean> => (await entryAt(path)) !== undefined;

export const isLink = async (path: string): Promise<boolean> =>
  (await entryAt(path))?.isSymbolicLink() === true;

/** What has the name, be it a link. */
export async function entryAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Writes a file so that nobody ever sees a part of it: a private neighbour, synced, then renamed. The group gets it where
 * the file system has owners. What a process of this machine that was killed has left of the same file goes.
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
  group?: string,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeAbandoned(path);
  const part = `${path}.${hostname()}-${process.pid}-${Date.now().toString(36)}.tmp`;
  try {
    const file = await open(part, 'wx', mode);
    try {
      await file.writeFile(content);
      if (group !== undefined) await giveTo(file, await groupId(group));
      // The umask of whoever runs the play may have taken bits away. Some network shares know no modes.
      if (((await file.stat()).mode & 0o777) !== mode) await file.chmod(mode).catch(() => undefined);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const beginning = `${basename(path)}.${hostname()}-`;
  for (const name of await listDirectory(dirname(path))) {
    const [pid] = /^\d+(?=-[0-9a-z]+\.tmp$)/.exec(name.slice(beginning.length)) ?? [];
    if (!name.startsWith(beginning) || pid === undefined || (await isThere(`/proc/${pid}`))) continue;
    await removeFile(join(dirname(path), name));
  }
}

async function giveTo(file: FileHandle, gid: number | undefined): Promise<void> {
  if (gid === undefined) return;
  // A share of Windows has no owners; the storage then decides who reads it.
  await file.chown(process.getuid?.() ?? 0, gid).catch(() => undefined);
}

/** Number of a group; undefined where this machine has none of that name. */
async function groupId(name: string): Promise<number | undefined> {
  const line = ((await readText('/etc/group')) ?? '').split('\n').find(entry => entry.startsWith(`${name}:`));
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
