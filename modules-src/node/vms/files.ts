import { stat } from 'node:fs/promises';
import type { ClusterLists, GuestEntry, GuestReading } from '../../sdk/readings.ts';
import { readWhenMade } from '../../guests/being-made.ts';
import { listDirectory, readText } from '../../system/files.ts';
import { localNode } from '../facts/local-node.ts';
import { begunAs, othersDone } from './remains.ts';

const NODES = '/etc/pve/nodes';

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

const own = new Set<number>();

/** From now on those are judged only when nobody else is making them. */
export function workOn(vmids: readonly number[]): void {
  for (const vmid of vmids) own.add(vmid);
}

export const readGuest = (vmid: number): Promise<GuestReading | undefined> =>
  readWhenMade(own, vmid, { read: () => readNow(vmid), othersDone: () => othersDone(vmid) });

/** This node is looked at first. */
async function readNow(vmid: number): Promise<GuestReading | undefined> {
  const here = await readEntry({ vmid, node: localNode(), kind: 'qemu' });
  if (here !== undefined) return here;
  const entry = (await listGuests()).find(guest => guest.vmid === vmid);
  return entry === undefined ? undefined : readEntry(entry);
}

async function readEntry(entry: GuestEntry): Promise<GuestReading | undefined> {
  const file = configFile(entry);
  const text = await readText(file);
  if (text === undefined) return undefined;
  const name = entry.node === localNode() ? await begunAs(entry.vmid, file, text) : undefined;
  return { ...entry, text, ...(name !== undefined && { begunAs: name }) };
}

/** Where the configuration of a guest lies. */
export const configFile = ({ node, kind, vmid }: GuestEntry): string =>
  `${configDirectory(node, kind)}/${vmid}.conf`;

const configDirectory = (node: string, kind: 'qemu' | 'lxc'): string =>
  `${NODES}/${node}/${kind === 'qemu' ? 'qemu-server' : 'lxc'}`;

export async function readClusterLists(): Promise<ClusterLists> {
  const [ha, replication, jobs] = await Promise.all(
    ['ha/resources.cfg', 'replication.cfg', 'jobs.cfg'].map(name => readText(`/etc/pve/${name}`)),
  );
  return { ha, replication, jobs };
}

/** `qm` knows the VMs of its own node alone. */
export const reachesOtherNodes = (): Promise<boolean> => Promise.resolve(false);

/**
 * Its pid file names a living process that was started for it. PVE starts QEMU with `-id <vmid>` and
 * `-pidfile /var/run/qemu-server/<vmid>.pid` (`qm showcmd`); a number that was used again has neither.
 */
export async function isRunning(vmid: number): Promise<boolean> {
  const pid = (await readText(`/var/run/qemu-server/${vmid}.pid`))?.trim();
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  const words = (await readText(`/proc/${pid}/cmdline`).catch(() => undefined))?.split('\0') ?? [];
  return words.includes(String(vmid)) || words.some(word => word.endsWith(`/qemu-server/${vmid}.pid`));
}

export async function startedSinceModule(vmid: number): Promise<boolean> {
  const { mtimeMs } = await stat(`/var/run/qemu-server/${vmid}.pid`);
  return mtimeMs >= performance.timeOrigin;
}
