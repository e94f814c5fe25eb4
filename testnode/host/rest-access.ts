import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster-handle.ts';
import { START_API } from './node-config.ts';

const USER = 'root@pam';
const TOKEN_NAME = 'test';

/** How clients reach the REST API of a cluster, from the controller's place in its network. */
export interface RestAccess {
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly tokenName: string;
  readonly tokenSecret: string;
  /** Certificate of the cluster's own authority. */
  readonly caFile: string;
}

/** Lets every node answer on port 8006: who goes by SSH alone is spared the time of its daemons. */
export async function startApi(cluster: Cluster): Promise<void> {
  await Promise.all(cluster.names.map(node => cluster.succeed(node, [START_API])));
}

/** Starts the API, gives root a password and a token that may everything, and notes both beside the inventory. */
export async function openRestAccess(cluster: Cluster): Promise<RestAccess> {
  await startApi(cluster);
  const [first = ''] = cluster.names;
  const password = randomUUID();
  for (const node of cluster.names)
    await cluster.succeed(node, ['chpasswd'], { stdin: `root:${password}\n` });
  const token = await cluster.succeed(first, [
    ...['pvesh', 'create', `/access/users/${USER}/token/${TOKEN_NAME}`],
    ...['--privsep', '0', '--output-format', 'json'],
  ]);
  const caFile = join(cluster.directory, 'pve-root-ca.pem');
  writeFileSync(caFile, await cluster.readFile(first, '/etc/pve/pve-root-ca.pem'));
  // The answer of our own pvesh.
  const { value } = JSON.parse(token) as { readonly value: string };
  const access = {
    host: cluster.address(first),
    user: USER,
    password,
    tokenName: TOKEN_NAME,
    tokenSecret: value,
    caFile,
  };
  writeFileSync(fileOf(cluster), JSON.stringify(access), { mode: 0o600 });
  return access;
}

/** What was noted of it. */
export const restAccess = (cluster: Cluster): RestAccess =>
  // Written above.
  JSON.parse(readFileSync(fileOf(cluster), 'utf8')) as RestAccess;

/** The environment variables by which community.proxmox, bpg's and Telmate's providers and Packer know all this. */
export function restEnvironment(cluster: Cluster): Readonly<Record<string, string>> {
  const { host, user, password, tokenName, tokenSecret, caFile } = restAccess(cluster);
  const address = `https://${host}:8006`;
  const token = `${user}!${tokenName}`;
  return {
    PROXMOX_HOST: host,
    PROXMOX_USER: user,
    PROXMOX_PASSWORD: password,
    PROXMOX_TOKEN_ID: tokenName,
    PROXMOX_TOKEN_SECRET: tokenSecret,
    PROXMOX_VALIDATE_CERTS: 'true',
    PROXMOX_VE_ENDPOINT: address,
    PROXMOX_VE_API_TOKEN: `${token}=${tokenSecret}`,
    PM_API_URL: `${address}/api2/json`,
    PM_API_TOKEN_ID: token,
    PM_API_TOKEN_SECRET: tokenSecret,
    PROXMOX_URL: `${address}/api2/json`,
    PROXMOX_USERNAME: token,
    PROXMOX_TOKEN: tokenSecret,
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile,
  };
}

function fileOf(cluster: Cluster): string {
  return join(cluster.directory, 'rest.json');
}
