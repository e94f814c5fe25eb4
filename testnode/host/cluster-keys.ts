import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { certify, makeAuthority } from '../system/certificates.ts';
import { addressOf } from './plan.ts';
import type { ClusterPlan } from './plan.ts';

const WWW_DATA = 33;

/** Makes the keys of a cluster in its /etc/pve: for tickets, and a certificate of its own authority for each node. */
export async function writeClusterKeys(directory: string, plan: ClusterPlan): Promise<void> {
  writeTicketKeys(directory);
  const authority = {
    certificate: join(directory, 'pve-root-ca.pem'),
    key: join(directory, 'priv/pve-root-ca.key'),
  };
  await makeAuthority(authority, '/CN=Proxmox Virtual Environment/OU=test node/O=PVE Cluster Manager CA');
  protect(authority.certificate, 0o640);
  protect(authority.key, 0o600);
  await Promise.all(
    plan.names.map(async name => {
      const files = filesOf(join(directory, 'nodes', name));
      const names = [`${name}.test`, name, 'localhost', addressOf(plan, name), '127.0.0.1', '::1'];
      await certify(authority, files, names);
      for (const file of Object.values(files)) protect(file, 0o640);
    }),
  );
}

function filesOf(directory: string): { readonly certificate: string; readonly key: string } {
  return { certificate: join(directory, 'pve-ssl.pem'), key: join(directory, 'pve-ssl.key') };
}

function writeTicketKeys(directory: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const files: readonly (readonly [string, string | Buffer, number])[] = [
    ['authkey.pub', publicKey.export({ type: 'spki', format: 'pem' }), 0o640],
    ['priv/authkey.key', privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600],
    ['pve-www.key', `${randomBytes(32).toString('base64')}\n`, 0o640],
  ];
  for (const [name, text, mode] of files) {
    writeFileSync(join(directory, name), text);
    protect(join(directory, name), mode);
  }
}

function protect(file: string, mode: number): void {
  chmodSync(file, mode);
  chownSync(file, 0, WWW_DATA);
}
