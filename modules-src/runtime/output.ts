import { writeSync } from 'node:fs';

const STDOUT = 1;

/**
 * Writes the result as one line of ASCII JSON. Ansible splits at Unicode line separators, and text that is not yet
 * written when the process exits is lost on a pipe: so everything is escaped, and written before this returns.
 */
export function writeResult(result: unknown): void {
  const json = JSON.stringify(result).replace(/[\u007f-\uffff]/g, unicodeEscape);
  const bytes = Buffer.from(`${json}\n`, 'ascii');
  for (let offset = 0; offset < bytes.length;) offset += writeSome(bytes, offset);
}

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function writeSome(bytes: Buffer, offset: number): number {
  try {
    return writeSync(STDOUT, bytes, offset);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
