import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTime } from '../system/processes.ts';
import { makeDisk } from './disk-image.ts';
import { makeRootFiles } from './root-files.ts';

const CACHE = join(import.meta.dirname, '../../.cache');
const RECIPE_FILES = ['recipe', 'root-files', 'disk-image'].map(name => name + extname(import.meta.filename));
/** How often a second builder looks whether the first is done, in milliseconds. */
const POLL = 500;

export type Progress = (message: string) => void;

/** Where the guest image is, or will be once it is built. Another recipe gives another file. */
export function guestImageFile(): string {
  const hash = createHash('sha256');
  for (const name of RECIPE_FILES) hash.update(readFileSync(join(import.meta.dirname, name)));
  return join(CACHE, `guest-${hash.digest('hex').slice(0, 12)}.qcow2`);
}

/** The bootable guest image; built when it is not there yet, which takes about a minute and needs root and a Debian mirror. */
export async function guestImage(onProgress: Progress): Promise<string> {
  const file = guestImageFile();
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const lock = `${file}.lock`;
  await takeLock(lock);
  try {
    if (!existsSync(file)) await build(file, onProgress);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  return file;
}

async function build(file: string, onProgress: Progress): Promise<void> {
  const work = mkdtempSync(join(CACHE, 'guest-build-'));
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  try {
    onProgress('building the guest image, once: unpacking Debian (about a minute)');
    const root = await makeRootFiles(work);
    onProgress(`building the guest image: writing the disk (after ${seconds()} s)`);
    await makeDisk(work, root, join(work, 'disk.qcow2'));
    renameSync(join(work, 'disk.qcow2'), file);
    onProgress(`built the guest image ${file} in ${seconds()} s`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Waits for another process that builds the same image; one that died in the middle is not waited for. */
async function takeLock(lock: string): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch {
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true });
      else await sleep(POLL);
    }
  }
}

function isAbandoned(lock: string): boolean {
  try {
    return startTime(Number(readFileSync(join(lock, 'pid'), 'utf8'))) === undefined;
  } catch {
    // Just being taken or given back.
    return false;
  }
}
