import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { GuestEntry, VmRecord } from '../../pve/vms/guest.ts';
import type { ClusterLists } from '../../pve/text/dependants.ts';
import { parseStorageConfig, type Storage } from '../../pve/text/storage-config.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import { begunAs } from './begun.ts';
import { listDirectory, readText } from '../../system/files.ts';

const NODES = '/etc/pve/nodes';

/** Name of this node: the host name without its domain. */
export const localNode = (): string => hostname().split('.', 1)[0] ?? hostname();

/** Every VM and container of the cluster; empty where there is no Proxmox VE. */
export async function listGuests(): Promise<readonly GuestEntry[]> {
  const nodes = await listDirectory(NODES);
  const lists = await Promise.all(nodes.flatMap(node => [guestsIn(node, 'qemu'), guestsIn(node, 'lxc')]));
  return lists.flat();
}

async function guestsIn(node: string, kind: 'qemu' | 'lxc'): Promise<GuestEntry[]> {
  const files = await listDirectory(configDirectory(node, kind));
  return files.flatMap(file => {
    const vmid = /^(\d+)\.conf$/.exec(file)?.[1];
    return vmid === undefined ? [] : [{ vmid: Number(vmid), node, kind }];
  });
}

/** The guest with that number, wherever in the cluster it is; this node is looked at first. */
export async function readVm(vmid: number): Promise<VmRecord | undefined> {
  const here = await readRecord({ vmid, node: localNode(), kind: 'qemu' });
  if (here !== undefined) return here;
  const entry = (await listGuests()).find(guest => guest.vmid === vmid);
  return entry === undefined ? undefined : readRecord(entry);
}

async function readRecord(entry: GuestEntry): Promise<VmRecord | undefined> {
  const file = configFile(entry);
  const text = await readText(file);
  if (text === undefined) return undefined;
  const config = parseVmConfig(text);
  const name = entry.node === localNode() ? await begunAs(entry.vmid, file, config) : undefined;
  return { ...entry, config, ...(name !== undefined && { begunAs: name }) };
}

/** Where the configuration of a guest lies. */
export const configFile = ({ node, kind, vmid }: GuestEntry): string =>
  `${configDirectory(node, kind)}/${vmid}.conf`;

const configDirectory = (node: string, kind: 'qemu' | 'lxc'): string =>
  `${NODES}/${node}/${kind === 'qemu' ? 'qemu-server' : 'lxc'}`;

/** The storages of the cluster, as /etc/pve/storage.cfg has them. */
export async function readStorages(): Promise<readonly Storage[]> {
  return parseStorageConfig((await readText('/etc/pve/storage.cfg')) ?? '');
}

/** What names guests by their numbers besides their own files. */
export async function readClusterLists(): Promise<ClusterLists> {
  const [ha, replication, jobs] = await Promise.all(
    ['ha/resources.cfg', 'replication.cfg', 'jobs.cfg'].map(name => readText(`/etc/pve/${name}`)),
  );
  return { ha, replication, jobs };
}

/**
 * Whether the VM runs on this node: its pid file names a living process that was started for it. PVE starts QEMU with
 * `-id <vmid>` and `-pidfile /var/run/qemu-server/<vmid>.pid` (`qm showcmd`); a number that was used again has neither.
 */
export async function isRunning(vmid: number): Promise<boolean> {
  const pid = (await readText(`/var/run/qemu-server/${vmid}.pid`))?.trim();
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  const words = (await readText(`/proc/${pid}/cmdline`).catch(() => undefined))?.split('\0') ?? [];
  return words.includes(String(vmid)) || words.some(word => word.endsWith(`/qemu-server/${vmid}.pid`));
}

/** Whether the VM was started after this module began its work. */
export async function startedSinceModule(vmid: number): Promise<boolean> {
  const { mtimeMs } = await stat(`/var/run/qemu-server/${vmid}.pid`);
  return mtimeMs >= performance.timeOrigin;
}

/** The public keys in a file of the node, one per line, comments and blank lines left out. */
export async function readKeyFile(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}
