import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import type { RestAccess } from '../../testnode/host/rest-access.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** A way to Proxmox VE. */
export interface WayIn {
  readonly name: string;
  readonly run: (module: string, args: Arguments) => Promise<ModuleResult>;
}

/** On the node, as Ansible by SSH. */
export const onNode = (cluster: Cluster, node = 'pve01'): WayIn => ({
  name: 'SSH',
  run: async (module, args) => {
    const { stdout, stderr } = await cluster.exec(node, ['/bin/sh'], { stdin: filledBundle(module, args) });
    return resultIn(stdout, stderr);
  },
});

/** On the controller, with a token. */
export const byApi = (
  cluster: Cluster,
  { host, user, tokenName, tokenSecret, caFile }: RestAccess,
  more: Arguments = {},
  home = newHome(),
): WayIn => ({
  name: 'the API',
  run: async (module, args) => {
    const login = { api_token_id: `${user}!${tokenName}`, api_token_secret: tokenSecret };
    const all = { api_host: host, ...login, api_ca_path: caFile, ...args, ...more };
    const stdin = filledBundle(module, all);
    const { stdout, stderr } = await cluster.controllerExec(ASKING_AS_NODES, {
      stdin,
      env: { HOME: home, NETWORK: cluster.network, ...(await trust(cluster, home)) },
    });
    return resultIn(stdout, stderr);
  },
});

let homes: string | undefined;

/** A controller's home, which is gone when the tests are. */
function newHome(): string {
  if (homes === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'homes-'));
    process.once('exit', () => rmSync(folder, { recursive: true }));
    homes = folder;
  }
  return mkdtempSync(join(homes, 'home-'));
}

/** Names are those that the nodes know. */
const ASKING_AS_NODES = [
  ...['unshare', '--mount', '/bin/sh', '-c'],
  'echo nameserver ${NETWORK}.1 > $HOME/resolv.conf; mount --bind $HOME/resolv.conf /etc/resolv.conf; exec /bin/sh',
];

/** Servers of the test are trusted as the nodes do. */
async function trust(cluster: Cluster, home: string): Promise<Readonly<Record<string, string>>> {
  const store = join(home, 'ca-certificates.crt');
  writeFileSync(store, await cluster.readFile('pve01', '/etc/ssl/certs/ca-certificates.crt'));
  return { SSL_CERT_FILE: store };
}

function resultIn(stdout: string, stderr: string): ModuleResult {
  if (!stdout.startsWith('{')) throw new Error(`no result: ${stdout}${stderr}`);
  return JSON.parse(stdout) as ModuleResult;
}
