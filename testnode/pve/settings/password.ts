import { randomBytes } from 'node:crypto';
import { crypt } from '../runtime/crypt.ts';

/** Hashes that PVE knows and keeps; yescrypt (`$y$`) is not among them and is hashed again. */
const KNOWN_HASH = /^\$(?:[156]|2[ay])(?:\$.+){2}/;
const SALT_LENGTH = 8;

/** A cloud-init password as `set` stores it: hashed with SHA-256 crypt, unless it is a hash already. */
export function hashPassword(password: string): string {
  if (KNOWN_HASH.test(password)) return password;
  const salt = randomBytes(SALT_LENGTH).toString('base64').replace(/[+=]/g, '.').slice(0, SALT_LENGTH);
  return crypt(password, `$5$${salt}$`);
}
