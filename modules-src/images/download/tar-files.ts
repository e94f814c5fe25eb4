import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { StepError } from '../../sdk/step-error.ts';
import { requireFew, type ArchivedFile, type ReadArchive } from './archived-file.ts';
import { readOutput, type Unpacker } from './program-output.ts';

/**
 * GNU tar, which every Debian has, and not a package: it alone knows the sparse files that Google's images are packed as.
 * It prints what all files hold, one after the other, so that no name of the archive is ever given to anything.
 */
const tar = (...args: readonly string[]): Unpacker => ({
  program: 'tar',
  args: [...args, '--force-local', '--file'],
  package: 'tar',
});
const LIST = tar(
  ...['--list', '--verbose', '--numeric-owner', '--full-time', '--utc', '--quoting-style=escape'],
);
/** A name that leads outside would else be left out; as nothing is written, none leads anywhere. */
const CONTENT = tar('--extract', '--to-stdout', '--absolute-names');

type Listed = Omit<ArchivedFile, 'content'>;

export const readTar: ReadArchive = async (path, limit, visit) => {
  const files = await readOutput(LIST, path, listed);
  // All of it comes through the pipe, whether it is wanted or not.
  if (files.reduce((sum, { size }) => sum + size, 0) > limit.bytes) limit.refuse();
  await readOutput(CONTENT, path, async output => {
    const pieces = splitter(output);
    for (const file of files) {
      const content = pieces.take(file.size);
      await visit({ ...file, content });
      await drain(content);
    }
    await pieces.end();
  });
};

async function listed(output: AsyncIterable<Buffer>): Promise<readonly Listed[]> {
  const files: Listed[] = [];
  for await (const line of createInterface({ input: Readable.from(output), crlfDelay: Infinity })) {
    const [, kind, size, name] = /^(.)\S+ \S+ +(\d+) \S+ \S+ (.*)$/.exec(line) ?? [];
    if (kind !== '-' || size === undefined || name === undefined) continue;
    files.push({ name, size: Number(size) });
    requireFew('tar', files.length);
  }
  return files;
}

interface Pieces {
  readonly take: (bytes: number) => AsyncGenerator<Buffer>;
  /** Refuses what comes beyond what was taken. */
  readonly end: () => Promise<void>;
}

/** Cuts a stream into pieces of known sizes, which are to be taken one after the other. */
function splitter(stream: AsyncIterable<Buffer>): Pieces {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return false;
      rest = next.value;
    }
    return true;
  };
  async function* take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0;) {
      if (!(await fill())) throw misfit('less');
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
  return {
    take,
    end: async () => {
      if (await fill()) throw misfit('more');
    },
  };
}

const misfit = (what: string): StepError =>
  new StepError(`it cannot be unpacked: tar gives ${what} than it lists`, false);

async function drain(content: AsyncIterator<Buffer, unknown>): Promise<void> {
  while ((await content.next()).done !== true);
}
