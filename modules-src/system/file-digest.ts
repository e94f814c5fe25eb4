import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { throwIfInterrupted } from './interrupt.ts';

const BLOCK = 1024 ** 2;

/** What takes bytes one piece after the other, and may not keep them. */
interface Digester {
  readonly update: (bytes: Buffer) => unknown;
}

/** Feeds the first bytes of a file, or all of them, to the hashes. */
export async function hashFile(path: string, hashes: readonly Digester[], bytes = Infinity): Promise<void> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(BLOCK);
    for (let position = 0; position < bytes;) {
      throwIfInterrupted();
      const { bytesRead } = await file.read(buffer, 0, Math.min(BLOCK, bytes - position), position);
      if (bytesRead === 0) return;
      for (const hash of hashes) hash.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** `<algorithm>:<hex>` of a file for each algorithm, in one pass. */
export async function fileDigests(path: string, algorithms: readonly string[]): Promise<string[]> {
  const hashes = algorithms.map(algorithm => createHash(algorithm));
  await hashFile(path, hashes);
  return hashes.map((hash, index) => `${algorithms[index] ?? ''}:${hash.digest('hex')}`);
}
