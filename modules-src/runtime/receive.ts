import type { FileHandle } from 'node:fs/promises';
import { openOwn } from './own-file.ts';

/** Bytes gathered before they are written: fewer calls, no copies, and little is lost with a killed process. */
const BLOCK = 256 * 1024;
/** Bytes after which the disk is told to begin, so that little is left to wait for at the end; more often costs more. */
const SYNC_EVERY = 128 * 1024 ** 2;

/**
 * Appends a stream to a file from `offset` on; `take` sees every piece on the way. Writing one block overlaps with
 * receiving the next. What came before a failure is written too: it need not come again.
 */
export async function receive(
  stream: AsyncIterable<Buffer>,
  path: string,
  offset: number,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const file = await openOwn(path);
  // What an earlier try left behind that point is of no use.
  await file.truncate(offset);
  const sync = earlySync(file);
  try {
    const writer = blockWriter(file, offset, sync.wrote);
    try {
      for await (const chunk of stream) {
        take(chunk);
        await writer.add(chunk);
      }
    } finally {
      await writer.flush();
    }
    await sync.ended();
  } finally {
    await file.close();
  }
}

interface BlockWriter {
  readonly add: (chunk: Buffer) => Promise<void>;
  readonly flush: () => Promise<void>;
}

function blockWriter(file: FileHandle, offset: number, wrote: (bytes: number) => void): BlockWriter {
  let chunks: Buffer[] = [];
  let gathered = 0;
  let position = offset;
  let writing: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    await writing;
    const [block, at] = [chunks, position];
    position += gathered;
    wrote(gathered);
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
  if (bytesWritten === size) return;
  // A short write means that the disk is full; writing the rest gets the system's own error for it.
  await file.write(Buffer.concat(chunks), bytesWritten, size - bytesWritten, position + bytesWritten);
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
