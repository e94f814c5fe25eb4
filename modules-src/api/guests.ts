import type { Readings } from '../sdk/cluster.ts';
import type { GuestEntry, GuestReading } from '../sdk/readings.ts';
import { ApiFailure } from './failure.ts';
import { fieldsOf, listOf, type Api } from './api.ts';
import { configText, type PendingEntry } from './config-text.ts';

type GuestReadings = Pick<
  Readings,
  'listGuests' | 'readGuest' | 'isRunning' | 'startedSinceModule' | 'readGuestNames'
>;

/** Guests and their configurations. A token sees those that it may audit; of others, not even that they are there. */
export function guestReadings(api: Api): GuestReadings {
  const { client, node } = api;
  const resources = async (): Promise<readonly Resource[]> =>
    listOf(await client.get('/cluster/resources?type=vm')).flatMap(resourceOf);
  const readEntry = (entry: GuestEntry): Promise<GuestReading | undefined> => readConfig(api, entry);
  return {
    listGuests: resources,
    // The list lags behind: a VM that was just made may be missing in it, so its node is asked first.
    readGuest: async vmid =>
      (await readEntry({ vmid, node, kind: 'qemu' })) ??
      readElsewhere(vmid, node, await resources(), readEntry),
    isRunning: async vmid => (await status(api, vmid))['status'] === 'running',
    startedSinceModule: async vmid => {
      const uptime = Number((await status(api, vmid))['uptime'] ?? 0);
      return Date.now() - uptime * 1000 >= performance.timeOrigin;
    },
    readGuestNames: async guests => {
      const wanted = new Set(guests.map(({ vmid }) => vmid));
      const named = (await resources()).filter(({ vmid, name }) => wanted.has(vmid) && name !== undefined);
      return new Map(named.map(({ vmid, name = '' }) => [vmid, name]));
    },
  };
}

interface Resource extends GuestEntry {
  readonly name: string | undefined;
}

function resourceOf(line: unknown): Resource[] {
  const { vmid, node, type, name } = fieldsOf(line);
  if (typeof vmid !== 'number' || typeof node !== 'string') return [];
  return [
    { vmid, node, kind: type === 'lxc' ? 'lxc' : 'qemu', name: typeof name === 'string' ? name : undefined },
  ];
}

async function readElsewhere(
  vmid: number,
  asked: string,
  resources: readonly GuestEntry[],
  read: (entry: GuestEntry) => Promise<GuestReading | undefined>,
): Promise<GuestReading | undefined> {
  const entry = resources.find(
    guest => guest.vmid === vmid && (guest.node !== asked || guest.kind === 'lxc'),
  );
  return entry === undefined ? undefined : read(entry);
}

const status = async ({ client, node }: Api, vmid: number): Promise<Readonly<Record<string, unknown>>> =>
  fieldsOf(await client.get(`/nodes/${node}/qemu/${vmid}/status/current`));

/** A VM that is not there answers 500 with the name of its missing file (PVE 8.4 and 9.2); there is no 404. */
const isMissing = (error: unknown): boolean =>
  error instanceof ApiFailure && /Configuration file '.*' does not exist/.test(error.message);

async function readConfig({ client }: Api, entry: GuestEntry): Promise<GuestReading | undefined> {
  const { node, kind, vmid } = entry;
  const path = `/nodes/${node}/${kind}/${vmid}`;
  try {
    const pending = listOf(await client.get(`${path}/pending`)).map(pendingEntry);
    if (kind === 'lxc') return { ...entry, text: configText({ pending, cloudInit: [], snapshots: [] }) };
    const has = (pattern: RegExp): boolean => pending.some(({ key }) => pattern.test(key));
    const [cloudInit, snapshots] = await Promise.all([
      has(/^(?:ci[a-z]+|ipconfig\d+|sshkeys)$/) ? client.get(`${path}/cloudinit`) : [],
      has(/^parent$/) ? client.get(`${path}/snapshot`) : [],
    ]);
    return {
      ...entry,
      text: configText({
        pending,
        cloudInit: listOf(cloudInit).map(pendingEntry),
        snapshots: listOf(snapshots)
          .map(one => String(fieldsOf(one)['name']))
          .filter(name => name !== 'current'),
      }),
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
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
