import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exposureOf, wayOut } from '../../system/exposure.ts';
import { isMissing } from '../../system/files.ts';
import type { Place } from '../../sdk/facts.ts';
import { isWritable } from './facts.ts';

/** Looks at a path; a missing one is judged by the nearest directory above it. */
export async function readPlace(path: string): Promise<Place> {
  const kind = await kindOf(path);
  if (kind === 'missing') {
    const above = await readPlace(dirname(path));
    return { ...above, kind, isWritable: above.isWritable && above.kind !== 'other' };
  }
  const { bavail, bsize } = await statfs(path);
  const exposure = await exposureOf(path);
  return {
    kind,
    isWritable: await isWritable(path),
    freeBytes: bavail * bsize,
    ...(exposure !== undefined && {
      exposure: { why: `${exposure.place} ${exposure.why}`, wayOut: wayOut(exposure) },
    }),
  };
}

async function kindOf(path: string): Promise<Place['kind']> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'other';
  } catch (error) {
    if (isMissing(error) && path !== '/') return 'missing';
    throw error;
  }
}
