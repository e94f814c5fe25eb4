import { writeSync } from 'node:fs';
import { isSystemError } from './failure.ts';
import { pause } from './pause.ts';

let warningsTo = 2;
let warningCount = 0;

/** In a worker PVE sends warnings where the output goes: the caller sees both on standard output. */
export function sendWarningsToStandardOutput(): void {
  warningsTo = 1;
}

/** Prints one line (or several) to standard output. */
export function print(text: string): void {
  write(1, Buffer.from(`${text}\n`, 'utf8'));
}

/** Prints text as Perl prints strings of characters: in Latin-1 where that is enough. */
export function printAsPerl(text: string): void {
  const bytes = Buffer.from(`${text}\n`, 'latin1');
  const isLatin1 = bytes.toString('latin1') === `${text}\n`;
  write(1, isLatin1 ? bytes : Buffer.from(`${text}\n`, 'utf8'));
}

/** Prints bytes that another program wrote. */
export function relay(bytes: Buffer): void {
  write(1, bytes);
}

/** Says something that is not the result: to standard error, in a worker to standard output. */
export function warn(text: string): void {
  write(warningsTo, Buffer.from(`${text}\n`, 'utf8'));
}

/** A warning that a worker counts and reports when it ends. */
export function warnAndCount(text: string): void {
  warningCount += 1;
  warn(text);
}

/** How often `warnAndCount` was called in this process. */
export function countedWarnings(): number {
  return warningCount;
}

/** The last word of a failed command, always on standard error. */
export function complain(text: string): void {
  write(2, Buffer.from(`${text}\n`, 'utf8'));
}

/** Asks for input, on standard error. */
export function prompt(text: string): void {
  write(2, Buffer.from(text, 'utf8'));
}

// Written synchronously, so that a reader who has gone away is noticed at once (EPIPE), as in PVE's workers.
function write(descriptor: number, bytes: Buffer): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      if (!isSystemError(error, 'EAGAIN')) throw error;
      pause(2);
    }
  }
}
