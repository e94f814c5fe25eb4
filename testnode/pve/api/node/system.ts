import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Parameters } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';
import { nodeOf } from '../local-node.ts';

const MOST_SERVERS = 3;
const SECONDS_PER_MINUTE = 60;

/** Name servers and search domain. */
export function dns(): object {
  const text = existsSync('/etc/resolv.conf') ? readFileSync('/etc/resolv.conf', 'utf8') : '';
  const search = /^(?:search|domain)\s+(\S+)/m.exec(text)?.[1];
  const servers = [...text.matchAll(/^nameserver\s+(\S+)/gm)].map(([, server = '']) => server);
  return {
    ...(search === undefined ? {} : { search }),
    ...Object.fromEntries(servers.slice(0, MOST_SERVERS).map((server, index) => [`dns${index + 1}`, server])),
  };
}

/** The text of /etc/hosts and its digest. */
export function hosts(): object {
  const data = readFileSync('/etc/hosts', 'utf8');
  return { data, digest: digestOf(data) };
}

/** The node's own options. */
export function nodeConfig(parameters: Parameters): object {
  const text = readClusterFile(`nodes/${nodeOf(parameters)}/config`);
  if (text === undefined) return {};
  const options = [...text.matchAll(/^([a-z][\w-]*):\s*(.*)$/gm)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );
  return { ...Object.fromEntries(options), digest: digestOf(text) };
}

export function time(): object {
  const now = Math.floor(Date.now() / 1000);
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    timezone: timeZone,
    time: now,
    localtime: now - new Date().getTimezoneOffset() * SECONDS_PER_MINUTE,
  };
}

/** A test node has no subscription. */
export function subscription(): object {
  return {
    status: 'notfound',
    message: 'There is no subscription key',
    serverid: null,
    url: 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing',
  };
}

/** No option of the firewall is set: the digest is that of an empty file. */
export function firewallOptions(): object {
  return { digest: digestOf('') };
}

/** What vzdump does when it is told nothing. */
export function backupDefaults(parameters: Parameters): object {
  const storage = parameters.get('storage');
  return {
    all: 0,
    bwlimit: 0,
    compress: '0',
    ...(storage === undefined ? { dumpdir: '/var/lib/vz/dump', storage: 'local' } : { storage }),
    fleecing: { enabled: 0 },
    ionice: 7,
    lockwait: 180,
    mailnotification: 'always',
    mode: 'snapshot',
    'notification-mode': 'auto',
    performance: { 'max-workers': 16, 'pbs-entries-max': 1_048_576 },
    pigz: 0,
    'prune-backups': 'keep-all=1',
    quiet: 0,
    remove: 1,
    stdexcludes: 1,
    stop: 0,
    stopwait: 10,
    zstd: 1,
  };
}

function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
