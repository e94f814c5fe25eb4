import { optionName } from '../../sdk/option-name.ts';
import { randomBytes } from 'node:crypto';
import type { Part } from '../../sdk/cluster.ts';
import { UserError } from '../../sdk/error.ts';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['1', '-1'],
  ['5', '-5'],
  ['6', '-6'],
]);

function requireOneLine(password: string): void {
  if (!/[\n\r\0]/.test(password)) return;
  throw new UserError(
    `cannot use ${optionName('cloud_init_password')}: it has more than one line, and nobody could type it; remove the line ` +
      'break, for example with the filter `trim`',
  );
}

/** Forms of crypt(5) that PVE and guests know. */
export const isPasswordHash = (password: string): boolean => /^\$(?:1|5|6|2[ay]|y)\$/.test(password);

/** PVE hands the password of a Windows guest over as it stands, and cloudbase-init sets it so (qemu-server 8.2 and later). */
export function windowsPassword(password: string): string {
  requireOneLine(password);
  if (!isPasswordHash(password)) return password;
  throw new UserError(
    `cannot use a hash as ${optionName('cloud_init_password')} of a Windows guest: it would itself be the password; give the password`,
  );
}

/**
 * What `cipassword` must hold for a password: the stored hash when it is of that password, so that nothing changes;
 * else a new SHA-256 crypt. A password that is a hash already is taken as it stands, as PVE does.
 */
export async function passwordHash(
  password: string,
  stored: string | undefined,
  { crypt }: Part<'crypt'>,
): Promise<string> {
  requireOneLine(password);
  if (/^\$y\$/.test(password)) {
    throw new UserError(
      `cannot use a yescrypt hash ($y$) as ${optionName('cloud_init_password')}: Proxmox VE would hash it again and nobody ` +
        'could log in; give the password itself, or a hash made by `openssl passwd -6`',
    );
  }
  if (/^\$(?:1|5|6|2[ay])\$/.test(password)) return password;
  const [, kind = '', salt = ''] = /^\$([156])\$([^$]+)\$/.exec(stored ?? '') ?? [];
  const option = KINDS.get(kind);
  if (option !== undefined && (await crypt(password, option, salt)) === stored) return stored;
  return crypt(password, '-5', randomBytes(6).toString('hex'));
}
