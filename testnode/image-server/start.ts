import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Cluster } from '../host/cluster-handle.ts';
import { SERVER_KEYRING } from '../host/inventory.ts';
import { addNames } from '../host/dhcp.ts';
import { serverAddress } from '../host/plan.ts';
import { bundlePrograms } from '../pve/bundle.ts';
import { startDaemon } from '../system/processes.ts';
import { certify, makeAuthority } from '../system/certificates.ts';
import { IMAGE_URLS } from './catalogue.ts';
import { makeSigningKey, publicKeyring } from './openpgp.ts';
import type { Faults, ServedFiles, ServedRequest, ServerConfig } from './protocol.ts';

/** What needs a subscription, which no test node has. */
const ENTERPRISE_HOST = 'enterprise.proxmox.com';
const SYSTEM_STORE = '/etc/ssl/certs/ca-certificates.crt';

export interface ImageServerOptions {
  /** Files by the URL under which they are served; checksum files beside them are made up from them. */
  readonly files: ServedFiles;
  /** Names that the server answers for, beside those of the files and of the catalogue. */
  readonly hosts?: readonly string[];
}

/** A server in the nodes' network that answers as the sites of the distributions. */
export interface ImageServer {
  /** Certificate of the authority that the nodes trust. */
  readonly authorityFile: string;
  /** Sets what goes wrong from now on, in place of what was set before. */
  setFaults(faults: Faults): Promise<void>;
  /** Serves more files, or others under known URLs. The host must be one of those it started with. */
  addFiles(files: ServedFiles): Promise<void>;
  /** Every request so far that is over. */
  requests(): Promise<readonly ServedRequest[]>;
}

/** Starts the server; it ends with the cluster. */
export async function startImageServer(cluster: Cluster, options: ImageServerOptions): Promise<ImageServer> {
  const directory = join(cluster.directory, 'image-server');
  mkdirSync(directory);
  const urls = [...IMAGE_URLS, ...Object.keys(options.files)];
  const hosts = [
    ...new Set([...urls.map(url => new URL(url).hostname), ...(options.hosts ?? []), ENTERPRISE_HOST]),
  ];
  const authority = { certificate: join(directory, 'ca.pem'), key: join(directory, 'ca.key') };
  const server = { certificate: join(directory, 'server.pem'), key: join(directory, 'server.key') };
  await makeAuthority(authority, '/O=Test node/CN=Test node authority');
  await certify(authority, server, hosts);
  const signingKey = makeSigningKey();
  const keyring = publicKeyring(signingKey, 'Image server of the test node');
  const address = serverAddress(cluster.network);
  const config: ServerConfig = {
    address,
    controlSocket: join(directory, 'control'),
    certificateFile: server.certificate,
    keyFile: server.key,
    files: options.files,
    signingKey,
    deniedHosts: [ENTERPRISE_HOST],
  };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  await startServer(cluster, directory);
  addNames(cluster.directory, address, hosts);
  await Promise.all(
    cluster.names.map(async node => {
      await introduce(cluster, node, `${address} ${hosts.join(' ')}\n`, authority.certificate);
      await cluster.writeFile(node, SERVER_KEYRING, keyring);
    }),
  );
  return imageServer(config.controlSocket, authority.certificate);
}

async function startServer(cluster: Cluster, directory: string): Promise<void> {
  const program = join(await bundlePrograms(), 'image-server.cjs');
  const argv = [process.execPath, program, join(directory, 'config.json')];
  await startDaemon([...cluster.enterController(), ...argv], {
    logFile: join(directory, 'server.log'),
    isPersistent: true,
  });
}

/** A node finds the server by name, and trusts its authority as the machines of a company trust the company's. */
async function introduce(cluster: Cluster, node: string, hosts: string, authority: string): Promise<void> {
  await append(cluster, node, '/etc/hosts', hosts);
  await append(cluster, node, SYSTEM_STORE, readFileSync(authority, 'utf8'));
}

async function append(cluster: Cluster, node: string, path: string, text: string): Promise<void> {
  await cluster.writeFile(node, path, (await cluster.readFile(node, path)) + text);
}

function imageServer(socketPath: string, authorityFile: string): ImageServer {
  return {
    authorityFile,
    setFaults: async faults => {
      await ask(socketPath, '/faults', faults);
    },
    addFiles: async files => {
      await ask(socketPath, '/files', files);
    },
    // What our own server has logged.
    requests: async () => (await ask(socketPath, '/requests')) as ServedRequest[],
  };
}

function ask(socketPath: string, path: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: body === undefined ? 'GET' : 'PUT' }, response => {
      const parts: Buffer[] = [];
      response.on('data', (bytes: Buffer) => parts.push(bytes));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString('utf8'))));
    });
    asking.on('error', reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
