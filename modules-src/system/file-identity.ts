import { stat } from 'node:fs/promises';
import { UserError } from '../sdk/error.ts';
import { isMissing, isThere } from './files.ts';
import type { FileIdentity } from '../sdk/image.ts';

/** What tells one state of a file from another; undefined when there is none. */
export async function fileIdentity(path: string): Promise<FileIdentity | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) throw new UserError(`cannot use ${path} as a disk image: it is no file; remove it`);
    const { size, ino, mtimeNs, ctimeNs } = found;
    return { size: Number(size), inode: String(ino), mtimeNs: String(mtimeNs), ctimeNs: String(ctimeNs) };
  } catch (error) {
    if (!isMissing(error) && !isCircle(error)) throw error;
    if (!(await isThere(path))) return undefined;
    throw new UserError(`cannot use ${path} as a disk image: it is a link that leads nowhere; remove it`);
  }
}

/** Links that lead to each other. */
const isCircle = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ELOOP';
