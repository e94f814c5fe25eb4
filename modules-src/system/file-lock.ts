import { spawn } from 'node:child_process';
import { constants, fstatSync, lstatSync, rmSync, type Stats } from 'node:fs';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { interrupted } from './interrupt.ts';
import { isMissing } from './files.ts';
import { openOwn } from './own-file.ts';
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
    if ((await file.stat()).size === 0 && (await isStillAt(path, file))) await rm(path, { force: true });
    await file.close();
  }
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;

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

/** Takes a lock that stays until the handle is closed or the process ends; undefined when another process has it. */
export async function tryLock(path: string): Promise<FileHandle | undefined> {
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
    if (file.fd < 0) return;
    const [held, named] = [fstatSync(file.fd), lstatSync(path, { throwIfNoEntry: false })];
    if (named !== undefined && isSame(held, named)) rmSync(path, { force: true });
  });
}

/** Waits for a lock that then stays until the handle is closed or the process ends. */
export async function holdLock(path: string): Promise<FileHandle> {
  const file = await lock(path, commandLimit());
  removeAtExit(path, file);
  return file;
}

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

/**
 * flock(1) locks the open file that we share with it; the lock stays ours when it has ended. Answers its exit code. Every
 * node has it; a controller without it, such as macOS, has no locks, and Proxmox VE itself settles what meets.
 */
function runFlock(file: FileHandle, how: readonly string[]): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const child = spawn('flock', [...how, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
      env: COMMAND_ENVIRONMENT,
      signal: interrupted,
    });
    child.on('error', error => (isMissing(error) ? resolve(0) : reject(error)));
    child.on('close', status => resolve(status ?? -1));
  });
}

async function isStillAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    return isSame(...(await Promise.all([file.stat(), lstat(path)])));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const isSame = (held: Stats, named: Stats): boolean => held.ino === named.ino && held.dev === named.dev;
