import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './host/cluster-handle.ts';
import { imageVariables, SERVER_KEYRING } from './host/inventory.ts';
import { openRestAccess, restEnvironment } from './host/rest-access.ts';
import type { PlaybookOptions } from './playbook.ts';

interface Place {
  readonly cluster: Cluster;
  /** Where files for it may be written. */
  readonly home: string;
}

/** How playbooks go by the API: with an inventory that has no node, and an environment that says whom to ask. */
export async function apiWay({
  cluster,
  home,
}: Place): Promise<Required<Pick<PlaybookOptions, 'inventory' | 'env' | 'wrapper'>>> {
  await openRestAccess(cluster);
  const { wrapper, trust } = await knowingNames({ cluster, home });
  const inventory = join(home, 'no-node.ini');
  const keyring = join(home, 'test-node.gpg');
  const { stdout } = await cluster.exec('pve01', ['base64', SERVER_KEYRING]);
  writeFileSync(keyring, Buffer.from(stdout, 'base64'));
  writeFileSync(inventory, ['web01 ansible_host=192.0.2.1', ...imageVariables(keyring), ''].join('\n'));
  return { inventory, env: { ...restEnvironment(cluster), ...trust }, wrapper };
}

/** How a controller of users is: it knows the names that nodes know, and trusts what they trust, and the cluster. */
export async function knowingNames({ cluster, home }: Place): Promise<Controller> {
  const store = join(home, 'trusted.crt');
  const trusted = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pve/pve-root-ca.pem'];
  const texts = await Promise.all(trusted.map(file => cluster.readFile('pve01', file)));
  writeFileSync(store, texts.join('\n'));
  const names = join(home, 'resolv.conf');
  writeFileSync(names, `nameserver ${cluster.network}.1\n`);
  const script = `mount --bind ${names} /etc/resolv.conf; exec "$0" "$@"`;
  return { wrapper: ['unshare', '--mount', '/bin/sh', '-c', script], trust: { SSL_CERT_FILE: store } };
}

interface Controller {
  /** Goes before a program that is started on it. */
  readonly wrapper: readonly string[];
  readonly trust: Readonly<Record<string, string>>;
}
