import type { Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** Bytes gathered before they are written: fewer calls, no copies. */
const BLOCK = 1024 ** 2;

/**
 * Appends a stream to a file from `offset` on and feeds the hash on the way. Writing one block overlaps with receiving
 * the next. What came before a failure is written too: it need not come again.
 */
export async function receive(
  stream: AsyncIterable<Buffer>,
  path: string,
  offset: number,
  hash: Hash,
): Promise<void> {
  const file = await open(path, offset === 0 ? 'w' : 'r+', 0o600);
  try {
    const writer = blockWriter(file, offset);
    try {
      for await (const chunk of stream) {
        hash.update(chunk);
        await writer.add(chunk);
      }
    } finally {
      await writer.flush();
    }
  } finally {
    await file.close();
  }
}

interface BlockWriter {
  readonly add: (chunk: Buffer) => Promise<void>;
  readonly flush: () => Promise<void>;
}

function blockWriter(file: FileHandle, offset: number): BlockWriter {
  let chunks: Buffer[] = [];
  let gathered = 0;
  let position = offset;
  let writing: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    await writing;
    const [block, at] = [chunks, position];
    position += gathered;
    [chunks, gathered] = [[], 0];
    writing = writeAll(file, block, at);
    // Whoever waits next gets the error; until then it must not count as unhandled.
    writing.catch(() => undefined);
  };
  return {
    add: async chunk => {
      chunks.push(chunk);
      gathered += chunk.length;
      if (gathered >= BLOCK) await send();
    },
    flush: async () => {
      await send();
      await writing;
    },
  };
}

async function writeAll(file: FileHandle, chunks: readonly Buffer[], position: number): Promise<void> {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (size === 0) return;
  const { bytesWritten } = await file.writev([...chunks], position);
  // A short write means that the disk is full; the rest says so with the system's own error.
  if (bytesWritten < size)
    await file.write(Buffer.concat(chunks), bytesWritten, size - bytesWritten, position + bytesWritten);
}
