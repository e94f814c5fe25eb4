import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { judgeHeader } from '../pve/images/header.ts';
import type { HeaderVerdict } from '../pve/images/header-verdict.ts';
import { UserError } from '../sdk/error.ts';
import { isMissing } from '../system/files.ts';

/**
 * What an image is by its own bytes, read before any program opens it; undefined when there is no such file. A pipe or a
 * device is not waited for.
 */
export async function readHeader(path: string): Promise<HeaderVerdict | undefined> {
  const file = await openRegular(path);
  try {
    return file && (await judgeHeader((offset, length) => readAt(file, offset, length)));
  } finally {
    await file?.close();
  }
}

async function openRegular(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (isMissing(error)) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`cannot read ${path} as a disk image: ${reason}; give the path of an image file`);
  }
  throw new UserError(
    `cannot read ${path} as a disk image: it is no ordinary file; give the path of an image file`,
  );
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(offset)) return Buffer.alloc(0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
