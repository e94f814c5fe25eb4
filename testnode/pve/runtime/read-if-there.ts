import { readFileSync } from 'node:fs';
import { isSystemError } from './failure.ts';

/** Bytes of a file, or nothing; others remove files meanwhile, so that a look before it would tell nothing. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
