import { spawn } from 'node:child_process';
import { constants, rmSync } from 'node:fs';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { interrupted } from './interrupt.ts';
import { isMissing } from './files.ts';
import { openOwn, privateDirectory, readOwn } from './own-file.ts';
import { StepError } from '../sdk/step-error.ts';
import { COMMAND_ENVIRONMENT, commandLimit } from './run-command.ts';

/**
 * Does some work while holding a lock that other processes, on other nodes of a shared storage too, respect. The
 * kernel gives the lock back when the process ends, however it ends, so none is ever stale.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  patience = commandLimit(),
): Promise<T> {
  const file = await lock(path, patience);
  try {
    return await work();
  } finally {
    // Removed while it is still held: whoever waits for it sees that it is another file now, and begins anew. One that
    // holds something is somebody's own file of that name.
    if ((await file.stat()).size === 0) await rm(path, { force: true });
    await file.close();
  }
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

/** Emptied by every start of the node; /run/lock would be open to every user. */
const FOLDER = '/run/proxmox-role';

/**
 * The same with several locks of the node, by their names. Everybody takes them in one order, so that none waits for
 * another in a ring. Who is not root can change nothing, and need not wait to be told so.
 */
export async function withNodeLocks<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
  if (names.length === 0 || process.geteuid?.() !== 0) return work();
  await privateDirectory(FOLDER);
  const inOrder = [...new Set(names)].sort();
  return inOrder.reduceRight((rest, name) => () => withLock(join(FOLDER, name), rest), work)();
}

/** Does some work while nobody else has a lock on the file, if there is such a file; answers whether it was done. */
export async function unlessLocked(path: string, work: () => Promise<void>): Promise<boolean> {
  const file = await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  try {
    if (file !== undefined && (await runFlock(file, ['-x', '-n'])) !== 0) return false;
    await work();
    return true;
  } finally {
    await file?.close();
  }
}

/** Takes a lock of the node that stays until the handle is closed or the process ends; undefined when another process has it. */
export async function tryNodeLock(name: string): Promise<FileHandle | undefined> {
  await privateDirectory(FOLDER);
  const path = join(FOLDER, name);
  const file = await openOwn(path);
  if ((await runFlock(file, ['-x', '-n'])) === 0 && (await isStillAt(path, file))) {
    removeAtExit(path, file);
    return file;
  }
  await file.close();
  return undefined;
}

/** While it is still held: whoever waits for it sees that it is another file now. A process that is killed leaves it. */
function removeAtExit(path: string, file: FileHandle): void {
  process.once('exit', () => {
    if (file.fd >= 0) rmSync(path, { force: true });
  });
}

/** Waits for a lock of the node that then stays until the handle is closed or the process ends. */
export async function holdNodeLock(name: string): Promise<FileHandle> {
  await privateDirectory(FOLDER);
  const path = join(FOLDER, name);
  const file = await lock(path, commandLimit());
  removeAtExit(path, file);
  return file;
}

/** What the holder of a lock of the node has written into it. */
export const readNodeLock = (name: string): Promise<string | undefined> => readOwn(join(FOLDER, name));

async function lock(path: string, patience: number): Promise<FileHandle> {
  for (;;) {
    const file = await openOwn(path);
    try {
      await flock(file, path, ['-x'], patience);
      if (await isStillAt(path, file)) return file;
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
  }
}

/** Waits for a lock on an open file; `path` is what a message calls it. */
export async function flock(
  file: FileHandle,
  path: string,
  kind: readonly ['-x' | '-s'],
  patience = commandLimit(),
): Promise<void> {
  if ((await runFlock(file, [...kind, '-w', String(patience)])) === 0) return;
  throw new StepError(
    `another run has held ${path} for ${patience} s; look for it with \`fuser ${path}\``,
    false,
  );
}

/** flock(1) locks the open file that we share with it; the lock stays ours when it has ended. Answers its exit code. */
function runFlock(file: FileHandle, how: readonly string[]): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const child = spawn('flock', [...how, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
      env: COMMAND_ENVIRONMENT,
      signal: interrupted,
    });
    child.on('error', reject);
    child.on('close', status => resolve(status ?? -1));
  });
}

async function isStillAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [held, named] = await Promise.all([file.stat(), lstat(path)]);
    return held.ino === named.ino && held.dev === named.dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
