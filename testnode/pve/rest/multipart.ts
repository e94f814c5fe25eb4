/** One part of a form: its name, the name of its file if it is one, and its bytes as they come. */
export interface Part {
  readonly name: string;
  readonly filename: string | undefined;
  readonly bytes: AsyncIterable<Buffer>;
}

/** No head of a part is longer. */
const LONGEST_HEAD = 4096;
const HEAD_END = /\r?\n\r?\n/;

/** The form ended before it was complete, or is none. */
export class BrokenForm extends Error {}

/**
 * Takes a form apart while it comes, in constant memory: the bytes of a part must be read before the next part. What
 * comes after the last part is not waited for. Lines may end in LF alone.
 */
export async function* readParts(source: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<Part> {
  const reader = createReader(source);
  await reader.skipPast(`--${boundary}`);
  while (!(await reader.startsWith('--'))) {
    const head = (await reader.readHead()).toString('utf8');
    const name = /^content-disposition:.*?[; ]name="([^"]*)"/im.exec(head)?.[1];
    if (name === undefined) throw new BrokenForm();
    const filename = /^content-disposition:.*?; filename="([^"]*)"/im.exec(head)?.[1];
    yield { name, filename, bytes: reader.bytesUntil(`\n--${boundary}`) };
  }
}

/** The bytes of a part as text. */
export async function partText({ bytes }: Part): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

interface Reader {
  readonly skipPast: (text: string) => Promise<void>;
  readonly startsWith: (text: string) => Promise<boolean>;
  /** Up to an empty line, which is taken too. */
  readonly readHead: () => Promise<Buffer>;
  /** Pieces of bytes up to a text, which is taken too; a CR right before it belongs to it. */
  readonly bytesUntil: (text: string) => AsyncGenerator<Buffer>;
}

function createReader(source: AsyncIterable<Buffer>): Reader {
  const pieces = source[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const next = await pieces.next();
    if (next.done) throw new BrokenForm();
    buffer = Buffer.concat([buffer, next.value]);
  };
  async function* bytesUntil(text: string): AsyncGenerator<Buffer> {
    for (;;) {
      const end = buffer.indexOf(text);
      // The text may have begun at the end of what has come so far, and a CR may stand before it.
      const safe =
        end < 0 ? Math.max(0, buffer.length - text.length) : buffer[end - 1] === 0x0d ? end - 1 : end;
      if (safe > 0) yield buffer.subarray(0, safe);
      buffer = end < 0 ? buffer.subarray(safe) : buffer.subarray(end + text.length);
      if (end >= 0) return;
      await more();
    }
  }
  return {
    bytesUntil,
    skipPast: async text => {
      while (!buffer.includes(text)) {
        if (buffer.length > LONGEST_HEAD) throw new BrokenForm();
        await more();
      }
      buffer = buffer.subarray(buffer.indexOf(text) + text.length);
    },
    startsWith: async text => {
      while (buffer.length < text.length) await more();
      return buffer.subarray(0, text.length).toString('latin1') === text;
    },
    readHead: async () => {
      for (;;) {
        const end = HEAD_END.exec(buffer.toString('latin1', 0, LONGEST_HEAD));
        if (end) {
          const head = buffer.subarray(0, end.index);
          buffer = buffer.subarray(end.index + end[0].length);
          return head;
        }
        if (buffer.length > LONGEST_HEAD) throw new BrokenForm();
        await more();
      }
    },
  };
}
