import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { openClaimed } from '../claimed-file.ts';

/** Bytes after which the disk is told to begin, so that nothing is left to wait for at the end. */
const SYNC_EVERY = 16 * 1024 ** 2;

/**
 * Appends a stream to a claimed file from `offset` on; `take` sees every piece on the way. What came before a failure is written:
 * it need not come again.
 */
export async function receive(
  stream: Readable,
  path: string,
  offset: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const file = await openClaimed(path);
  // What an earlier try left behind that point is of no use.
  await file.truncate(offset);
  const sync = earlySync(file);
  try {
    let position = offset;
    // Not by `for await`, which costs a sixth of the processor time again.
    stream.on('data', (chunk: Buffer) => {
      try {
        take(chunk);
        writeNow(file.fd, chunk, position);
        position += chunk.length;
        sync.wrote(chunk.length);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    await finished(stream);
    await sync.ended();
  } finally {
    await file.close();
  }
}

/**
 * Writes a piece while it is still in the processor's cache: from another thread, or in larger blocks, the same bytes cost
 * the kernel two to four times as much. A short write means that the disk is full; writing the rest gets the system's own
 * error for it.
 */
function writeNow(fd: number, chunk: Buffer, position: number): void {
  for (let written = 0; written < chunk.length;) {
    written += writeSync(fd, chunk, written, chunk.length - written, position + written);
  }
}

interface EarlySync {
  readonly wrote: (bytes: number) => void;
  readonly ended: () => Promise<void>;
}

/** Has the disk work while the network does. The kernel tells an error of the disk once only, so it is kept. */
function earlySync(file: FileHandle): EarlySync {
  const errors: unknown[] = [];
  let pending = 0;
  let syncing: Promise<void> | undefined;
  const begin = async (): Promise<void> => {
    pending = 0;
    await file.datasync().catch((error: unknown) => errors.push(error));
    syncing = undefined;
  };
  return {
    wrote: bytes => {
      pending += bytes;
      if (pending >= SYNC_EVERY) syncing ??= begin();
    },
    ended: async () => {
      await syncing;
      if (errors.length > 0) throw errors[0];
    },
  };
}
