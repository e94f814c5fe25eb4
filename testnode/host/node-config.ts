import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, controllerAddress } from './plan.ts';
import type { NodePlan } from './plan.ts';

/** A file of a node that differs from the host's. */
export interface NodeFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

const SSHD_CONFIG = `HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 100
PidFile /run/sshd.pid
Subsystem sftp internal-sftp
`;

/** Starts the daemons of the API. */
export const START_API = '/usr/lib/testnode/start-api';

/** The files that make a copy of the host this node. */
export function nodeFiles(plan: NodePlan): readonly NodeFile[] {
  const { cluster, name } = plan;
  const hostKey = join(cluster.state, 'ssh_host_ed25519_key');
  return [
    { path: '/etc/hostname', text: `${name}\n` },
    { path: '/etc/hosts', text: hostsFile(plan) },
    { path: '/etc/resolv.conf', text: `search test\nnameserver ${controllerAddress(cluster.network)}\n` },
    { path: '/etc/machine-id', text: `${randomUUID().replaceAll('-', '')}\n` },
    { path: '/etc/environment', text: '' },
    { path: '/etc/shadow', text: shadowFile(), mode: 0o640 },
    { path: '/etc/network/interfaces', text: interfacesFile(plan) },
    { path: '/etc/ssh/sshd_config', text: SSHD_CONFIG },
    { path: '/etc/ssh/ssh_host_ed25519_key', text: readFileSync(hostKey, 'utf8'), mode: 0o600 },
    { path: '/etc/ssh/ssh_host_ed25519_key.pub', text: readFileSync(`${hostKey}.pub`, 'utf8') },
    { path: '/etc/testnode/settings.json', text: settingsFile(plan) },
    { path: START_API, text: readFileSync(join(import.meta.dirname, 'start-api.sh'), 'utf8'), mode: 0o755 },
  ];
}

/** What the PVE programs of the node read at each start (testnode/pve/runtime/settings.ts). */
function settingsFile({ accelerator, options }: NodePlan): string {
  const { version, callCost, guests, settings } = options;
  const faultsFile = '/etc/testnode/faults.json';
  return `${JSON.stringify({ version, callCost, guests, accelerator, faultsFile, ...settings }, undefined, 2)}\n`;
}

function hostsFile({ cluster }: NodePlan): string {
  const nodes = cluster.names.map(name => `${addressOf(cluster, name)} ${name}.test ${name}\n`);
  return ['127.0.0.1 localhost.localdomain localhost\n', ...nodes].join('');
}

/** Root logs in by key alone, whatever the host's password is: sshd refuses an account that is locked by `!`. */
function shadowFile(): string {
  return readFileSync('/etc/shadow', 'utf8').replace(/^root:[^:]*:/m, 'root:*:');
}

function interfacesFile({ cluster, name }: NodePlan): string {
  return `auto lo
iface lo inet loopback

iface eth0 inet manual

auto vmbr0
iface vmbr0 inet static
\taddress ${addressOf(cluster, name)}/24
\tgateway ${controllerAddress(cluster.network)}
\tbridge-ports eth0
\tbridge-stp off
\tbridge-fd 0

auto vmbr1
iface vmbr1 inet manual
\tbridge-ports none
\tbridge-stp off
\tbridge-fd 0
`;
}
