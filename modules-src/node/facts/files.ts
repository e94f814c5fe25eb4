import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../../system/files.ts';
import { isDenied, isWritable } from './facts.ts';
import { readKeyFile } from '../vms/files.ts';

/** What stands at a path, or can be made there. */
export interface Place {
  readonly kind: 'directory' | 'missing' | 'other';
  /** Of a directory: whether it can be written into. Of a missing one: whether it can be made. */
  readonly isWritable: boolean;
  readonly freeBytes: number;
}

/** Looks at a path; a missing one is judged by the nearest directory above it. */
export async function readPlace(path: string): Promise<Place> {
  const kind = await kindOf(path);
  if (kind === 'missing') {
    const above = await readPlace(dirname(path));
    return { kind, isWritable: above.isWritable && above.kind !== 'other', freeBytes: above.freeBytes };
  }
  const { bavail, bsize } = await statfs(path);
  return { kind, isWritable: await isWritable(path), freeBytes: bavail * bsize };
}

async function kindOf(path: string): Promise<Place['kind']> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    if (isMissing(error) && path !== '/') return 'missing';
    throw error;
  }
}

/** A file of SSH public keys on this machine. */
export type KeyFile =
  | { readonly state: 'missing' }
  | { readonly state: 'unreadable' }
  | { readonly state: 'read'; readonly keys: readonly string[] };

export async function readKeys(path: string): Promise<KeyFile> {
  try {
    return { state: 'read', keys: await readKeyFile(path) };
  } catch (error) {
    if (isMissing(error)) return { state: 'missing' };
    if (isDenied(error) || isFolder(error)) return { state: 'unreadable' };
    throw error;
  }
}

const isFolder = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EISDIR';
