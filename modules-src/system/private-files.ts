import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory: string | undefined;
let count = 0;

/** A directory that only this user can enter, and that `removePrivateFiles` removes. */
export const privateFolder = (): string =>
  (directory ??= mkdtempSync(join(tmpdir(), `${ours()}${process.pid}-`)));

/** A new file that only this user can read, in that directory; answers its path. */
export function writePrivateFile(content: string | Buffer): string {
  const path = join(privateFolder(), String(count++));
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  return path;
}

export function removePrivateFiles(): void {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  directory = undefined;
}

/** Removes what runs that were killed could not: the directories of this user whose process is no more. */
export function removeAbandonedFiles(): void {
  try {
    const owned = new RegExp(`^${ours()}(\\d+)-\\w{6}$`);
    const abandoned = readdirSync(tmpdir()).filter(name => isEnded(owned.exec(name)?.[1]));
    for (const path of abandoned.map(name => join(tmpdir(), name)).filter(isOwnDirectory))
      rmSync(path, { recursive: true, force: true });
  } catch {
    // No part of the task: what does not go now goes with a later one.
  }
}

/** A container may share /tmp: the number of a process says something in its own PID namespace alone. */
function ours(): string {
  try {
    return `proxmox-role-${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}-`;
  } catch {
    return 'proxmox-role-';
  }
}

/** A number that another process has got since counts as running: its directory goes later. */
function isEnded(pid: string | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Another module may remove it meanwhile. */
function isOwnDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.geteuid?.();
}
