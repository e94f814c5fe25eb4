import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a file below a directory that stands for the root of a file system. */
export function writeBelow(
  directory: string,
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): void {
  const file = join(directory, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  // The mode of writeFile is narrowed by the caller's umask.
  chmodSync(file, mode);
}
