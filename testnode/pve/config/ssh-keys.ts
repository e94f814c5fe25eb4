import { PveFailure } from '../runtime/failure.ts';
import { runToEnd } from '../runtime/run-command.ts';

const UNRESERVED = /[A-Za-z0-9\-_.!~*'()]/;

/** The keys of a file as PVE stores them: percent-encoded on one line, after ssh-keygen has seen each line. */
export function encodeCheckedKeys(keys: string): string {
  assertValidKeys(keys);
  return encodeKeys(keys);
}

/** Fails unless ssh-keygen takes every line for a key. */
export function assertValidKeys(keys: string): void {
  const lines = keys.split('\n').filter(line => line.trim() !== '');
  if (lines.every(isKey)) return;
  throw new PveFailure('SSH public key validation error');
}

export function encodeKeys(keys: string): string {
  return [...Buffer.from(keys, 'utf8')]
    .map(byte => String.fromCharCode(byte))
    .map(character => (UNRESERVED.test(character) ? character : percent(character)))
    .join('');
}

export function decodeKeys(encoded: string): string {
  return decodeURIComponent(encoded);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function isKey(line: string): boolean {
  return runToEnd('ssh-keygen', ['-l', '-f', '-'], `${line}\n`).status === 0;
}
