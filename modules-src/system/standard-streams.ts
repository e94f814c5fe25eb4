import { readFileSync, writeSync } from 'node:fs';

const [STDIN, STDOUT] = [0, 1];

/** All of a file, or of standard input. */
export const readWhole = (path: string | undefined): string => readFileSync(path ?? STDIN, 'utf8');

/** Everything is written before this returns: what is not when the process exits is lost on a pipe. */
export function writeWhole(text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) offset += writeSome(bytes, offset);
}

function writeSome(bytes: Buffer, offset: number): number {
  try {
    return writeSync(STDOUT, bytes, offset);
  } catch (error) {
    // The reader of the pipe is slow.
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
