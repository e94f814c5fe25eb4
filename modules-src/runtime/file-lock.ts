import { spawn } from 'node:child_process';
import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { interrupted } from './interrupt.ts';
import { isMissing } from './node-files.ts';
import { StepError } from './perform.ts';

/** Seconds to wait for another run; a download of hours is still no reason to wait for ever. */
const PATIENCE = 3600;

/**
 * Does some work while holding a lock that other processes, on other nodes of a shared storage too, respect. The
 * kernel gives the lock back when the process ends, however it ends, so none is ever stale.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, patience = PATIENCE): Promise<T> {
  const file = await lock(path, patience);
  try {
    return await work();
  } finally {
    // Removed while it is still held: whoever waits for it sees that it is another file now, and begins anew.
    await rm(path, { force: true });
    await file.close();
  }
}

/** Takes a lock that stays until the handle is closed or the process ends; undefined when another process has it. */
export async function tryLock(folder: string, name: string): Promise<FileHandle | undefined> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, name), 'w', 0o600);
  if ((await runFlock(file, ['-n'])) === 0) return file;
  await file.close();
  return undefined;
}

async function lock(path: string, patience: number): Promise<FileHandle> {
  for (;;) {
    const file = await open(path, 'w', 0o600);
    try {
      await flock(file, path, patience);
      if (await isStillAt(path, file)) return file;
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
  }
}

async function flock(file: FileHandle, path: string, patience: number): Promise<void> {
  if ((await runFlock(file, ['-w', String(patience)])) === 0) return;
  throw new StepError(
    `another run has held ${path} for ${patience} s; look for it with \`fuser ${path}\``,
    false,
  );
}

/** flock(1) locks the open file that we share with it; the lock stays ours when it has ended. Answers its exit code. */
function runFlock(file: FileHandle, limit: readonly string[]): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const child = spawn('flock', ['-x', ...limit, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file.fd],
      signal: interrupted,
    });
    child.on('error', reject);
    child.on('close', status => resolve(status ?? -1));
  });
}

async function isStillAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [held, named] = await Promise.all([file.stat(), stat(path)]);
    return held.ino === named.ino && held.dev === named.dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
