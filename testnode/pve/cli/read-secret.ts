import { readSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';

const PASSWORDS_DIFFER = 25;

/** Reads a secret twice from standard input, line by line, as PVE asks for one that is not on the command line. */
export function readSecret(): string {
  const first = readLine();
  const second = readLine();
  if (first !== second) throw new PveFailure('passwords do not match', PASSWORDS_DIFFER);
  return first;
}

function readLine(): string {
  const bytes: number[] = [];
  const buffer = Buffer.alloc(1);
  while (readSync(0, buffer, 0, 1, null) === 1) {
    const byte = buffer.readUInt8(0);
    if (byte === 0x0a) return Buffer.from(bytes).toString('utf8');
    bytes.push(byte);
  }
  throw new PveFailure('EOF while reading password');
}
