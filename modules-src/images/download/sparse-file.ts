import { createHash } from 'node:crypto';
import type { SizeLimit } from '../../system/disk-space.ts';
import { openClaimed } from '../claimed-file.ts';

const ZEROS = Buffer.alloc(1024 ** 2);

/** Writes a file that was claimed, and answers `<algorithm>:<hex>` of it. Runs of zeros become holes. */
export async function writeSparse(
  stream: AsyncIterable<Buffer>,
  target: string,
  algorithm: string,
  limit: SizeLimit,
): Promise<string> {
  const hash = createHash(algorithm);
  const file = await openClaimed(target);
  try {
    await file.truncate(0);
    let position = 0;
    for await (const chunk of stream) {
      if (position + chunk.length > limit.bytes) limit.refuse();
      hash.update(chunk);
      if (!isZero(chunk)) await file.writev([chunk], position);
      position += chunk.length;
    }
    await file.truncate(position);
  } finally {
    await file.close();
  }
  return `${algorithm}:${hash.digest('hex')}`;
}

const isZero = (chunk: Buffer): boolean =>
  chunk.length <= ZEROS.length && chunk.equals(ZEROS.subarray(0, chunk.length));
