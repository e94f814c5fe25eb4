import { writeSync } from 'node:fs';
import { isSystemError } from './failure.ts';
import { pause } from './pause.ts';

/** Where the result goes, where warnings go. A worker has a log beside its standard output. */
let outputTo: readonly number[] = [1];
let warningsTo: readonly number[] = [2];
let warningCount = 0;

/** In a worker everything goes to standard output, which the caller shows, and to its log. */
export function outputOfWorkerTo(log: number): void {
  outputTo = [1, log];
  warningsTo = outputTo;
}

/** Prints one line (or several) to standard output. */
export function print(text: string): void {
  writeTo(outputTo, Buffer.from(`${text}\n`, 'utf8'));
}

/** Prints text as Perl prints strings of characters: in Latin-1 where that is enough. */
export function printAsPerl(text: string): void {
  const bytes = Buffer.from(`${text}\n`, 'latin1');
  const isLatin1 = bytes.toString('latin1') === `${text}\n`;
  writeTo(outputTo, isLatin1 ? bytes : Buffer.from(`${text}\n`, 'utf8'));
}

/** Prints bytes that another program wrote. */
export function relay(bytes: Buffer): void {
  writeTo(outputTo, bytes);
}

/** Says something that is not the result: to standard error, in a worker to standard output. */
export function warn(text: string): void {
  writeTo(warningsTo, Buffer.from(`${text}\n`, 'utf8'));
}

/** A warning that a worker counts and reports when it ends. */
export function warnAndCount(text: string): void {
  warningCount += 1;
  warn(`WARN: ${text}`);
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

function writeTo(descriptors: readonly number[], bytes: Buffer): void {
  for (const descriptor of descriptors) write(descriptor, bytes);
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
