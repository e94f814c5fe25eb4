import type { Readings } from '../../sdk/cluster.ts';
import type { GuestEntry, GuestReading } from '../../sdk/readings.ts';
import { readWhenMade } from '../../guests/being-made.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, placeOf, textIn, type Api } from '../api.ts';
import { ApiFailure } from '../client/failure.ts';
import { LostNode } from '../client/lost-node.ts';
import { begunAs } from './begun.ts';
import { configText, type PendingEntry } from './config-text.ts';
import { listGuests } from './list.ts';
import { othersDone } from './others.ts';
import { isTaken } from './taken.ts';

export const readGuest =
  (api: Api): Readings['readGuest'] =>
  vmid =>
    readWhenMade(api.own, vmid, {
      read: () => readNow(api, vmid),
      othersDone: () => othersDone(api, vmid),
    });

/** The list of all guests lags behind: a VM that was just made may be missing in it, so its node is asked first. */
async function readNow(api: Api, vmid: number): Promise<GuestReading | undefined> {
  const node = placeOf(api, vmid);
  const here = await readEntry(api, { vmid, node, kind: 'qemu' });
  if (here !== undefined) return here;
  const entry = (await listGuests(api)()).find(
    guest => guest.vmid === vmid && (guest.node !== node || guest.kind === 'lxc'),
  );
  if (entry?.isLost === true) throw new LostNode(entry.node);
  return entry === undefined ? undefined : readEntry(api, entry);
}

async function readEntry(api: Api, entry: GuestEntry): Promise<GuestReading | undefined> {
  const text = await readConfig(api, entry).catch((error: unknown) => unlessMissing(api, entry.vmid, error));
  if (text === undefined) return undefined;
  api.places.set(entry.vmid, entry.node);
  const name = await begunAs(api, entry, text);
  return { ...entry, text, ...(name !== undefined && { begunAs: name }) };
}

/** Who may nothing but in a pool is refused before it is looked whether there is such a VM. */
async function unlessMissing(api: Api, vmid: number, error: unknown): Promise<undefined> {
  const isForbidden = error instanceof ApiFailure && error.status === 403;
  if (!isMissing(error) && !(isForbidden && !(await isTaken(api, vmid)))) throw error;
}

/** A VM that is not there answers 500 with the name of its missing file (PVE 8.4 and 9.2); there is no 404. */
const isMissing = (error: unknown): boolean =>
  error instanceof ApiFailure && /Configuration file '.*' does not exist/.test(error.message);

/** The digest first: what is changed after it was read is not written over. */
async function readConfig(api: Api, { node, kind, vmid }: GuestEntry): Promise<string> {
  const path = `/nodes/${node}/${kind}/${vmid}`;
  const digest = textIn(await api.client.get(`${path}/config`), 'digest');
  if (digest !== undefined) api.digests.set(vmid, digest);
  const pending = listOf(await api.client.get(`${path}/pending`)).map(pendingEntry);
  const current = pending.flatMap(({ key, value }) =>
    value === undefined ? [] : [[key, String(value)] as const],
  );
  api.configs.set(vmid, new Map(current));
  if (kind === 'lxc') return configText({ pending, cloudInit: [], snapshots: [] });
  const has = (pattern: RegExp): boolean => pending.some(({ key }) => pattern.test(key));
  const [shown, cloudInit, snapshots] = await Promise.all([
    has(/^cipassword$/) ? withPassword(api, path, pending) : pending,
    has(/^(?:ci[a-z]+|ipconfig\d+|sshkeys)$/) ? api.client.get(`${path}/cloudinit`) : [],
    has(/^parent$/) ? api.client.get(`${path}/snapshot`) : [],
  ]);
  return configText({
    pending: shown,
    cloudInit: listOf(cloudInit).map(pendingEntry),
    snapshots: listOf(snapshots)
      .map(one => String(fieldsOf(one)['name']))
      .filter(name => name !== 'current'),
  });
}

const pendingEntry = (line: unknown): PendingEntry => {
  const { key, value, pending, delete: goes } = fieldsOf(line);
  return {
    key: String(key),
    ...(isScalar(value) && { value }),
    ...(isScalar(pending) && { pending }),
    ...(goes !== undefined && { delete: Number(goes) }),
  };
};

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/**
 * Settings show ten asterisks for a password; the user part that PVE makes of them has the hash (seen on 9.2, by whoever
 * may see the VM). With a user part of somebody's own it cannot be had.
 */
async function withPassword(
  { client }: Api,
  path: string,
  entries: readonly PendingEntry[],
): Promise<readonly PendingEntry[]> {
  const dump = await client.get(`${path}/cloudinit/dump?type=user`).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.status === 500) return '';
    throw error;
  });
  const hash = typeof dump === 'string' ? /^password: (\S+)$/m.exec(dump)?.[1] : undefined;
  if (hash === undefined) return entries;
  return entries.map(entry =>
    entry.key !== 'cipassword'
      ? entry
      : { ...entry, ...('pending' in entry ? { pending: hash } : { value: hash }) },
  );
}
