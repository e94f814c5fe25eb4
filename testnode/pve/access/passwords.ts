import { readFileSync } from 'node:fs';
import { readClusterFile, writeClusterFile } from '../config/cluster.ts';
import { PveFailure } from '../runtime/failure.ts';
import { crypt } from '../runtime/crypt.ts';
import { runToEnd } from '../runtime/run-command.ts';
import { hashPassword } from '../settings/password.ts';

const PVE_FILE = 'priv/shadow.cfg';

/** True when this is the password of the user: of realm `pam` in the node's own file, of realm `pve` in the cluster's. */
export function isPassword(user: string, password: string): boolean {
  const hash = hashOf(user);
  if (hash === undefined || !hash.startsWith('$') || password.includes('\n')) return false;
  return crypt(password, hash) === hash;
}

/** Sets the password of a user of realm `pve`. */
export function setPassword(user: string, password: string): void {
  const [name = '', realm = ''] = split(user);
  if (realm === 'pam') {
    setSystemPassword(name, password);
    return;
  }
  const hashes = pveHashes();
  hashes.set(name, hashPassword(password));
  savePveHashes(hashes);
}

/** Forgets the password of a user of realm `pve` who is no more. */
export function forgetPassword(user: string): void {
  const [name = '', realm = ''] = split(user);
  const hashes = pveHashes();
  if (realm === 'pve' && hashes.delete(name)) savePveHashes(hashes);
}

function hashOf(user: string): string | undefined {
  const [name = '', realm = ''] = split(user);
  if (realm === 'pve') return pveHashes().get(name);
  if (realm !== 'pam') return undefined;
  const line = readFileSync('/etc/shadow', 'utf8')
    .split('\n')
    .find(text => text.startsWith(`${name}:`));
  return line?.split(':')[1];
}

function setSystemPassword(name: string, password: string): void {
  const { status, stderr } = runToEnd('chpasswd', [], `${name}:${password}\n`);
  if (status !== 0) throw new PveFailure(`change password failed: ${stderr.trim()}`);
}

function pveHashes(): Map<string, string> {
  const lines = (readClusterFile(PVE_FILE) ?? '').matchAll(/^([^:]+):([^:]+):/gm);
  return new Map([...lines].map(([, name = '', hash = '']) => [name, hash]));
}

function savePveHashes(hashes: ReadonlyMap<string, string>): void {
  writeClusterFile(PVE_FILE, [...hashes].map(([name, hash]) => `${name}:${hash}:\n`).join(''));
}

function split(user: string): readonly string[] {
  const at = user.lastIndexOf('@');
  return [user.slice(0, at), user.slice(at + 1)];
}
