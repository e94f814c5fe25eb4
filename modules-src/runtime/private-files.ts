import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let directory: string | undefined;
let count = 0;

/** A new file that only this user can read, in a directory that `removePrivateFiles` removes; answers its path. */
export function writePrivateFile(content: string | Buffer): string {
  directory ??= mkdtempSync(join(tmpdir(), 'proxmox-role-'));
  const path = join(directory, String(count++));
  writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
  return path;
}

export function removePrivateFiles(): void {
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  directory = undefined;
}
