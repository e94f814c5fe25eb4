import { missingPrivileges } from '../../pve/access/held.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { GuestEntry } from '../../sdk/readings.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { readHeld } from '../facts/permissions.ts';
import { lostNodes } from '../facts/cluster-facts.ts';

/** A token sees the guests that it may audit; of others, not even that they are there. */
export const listGuests =
  (api: Api): Readings['listGuests'] =>
  async () => {
    const guests = await resources(api);
    // Of guests of other nodes alone it may be that nobody can be asked.
    const lost = guests.some(({ node }) => node !== api.node) ? await lostNodes(api) : [];
    return guests.map(guest => (lost.includes(guest.node) ? { ...guest, isLost: true } : guest));
  };

interface Resource extends GuestEntry {
  readonly name: string | undefined;
  readonly pool: string | undefined;
}

const resources = async ({ client }: Api): Promise<readonly Resource[]> =>
  listOf(await client.get('/cluster/resources?type=vm')).flatMap(resourceOf);

function resourceOf(line: unknown): Resource[] {
  const { vmid, node, type } = fieldsOf(line);
  if (typeof vmid !== 'number' || typeof node !== 'string') return [];
  return [
    {
      vmid,
      node,
      kind: type === 'lxc' ? 'lxc' : 'qemu',
      name: textIn(line, 'name'),
      pool: textIn(line, 'pool'),
    },
  ];
}

/** Names in that list are some seconds old; the node that is worked on has its own list, which is not. */
export const readGuestNames =
  (api: Api): Readings['readGuestNames'] =>
  async guests => {
    const wanted = new Set(guests.map(({ vmid }) => vmid));
    const here = listOf(await api.client.get(`/nodes/${api.node}/qemu`)).map(
      line => [Number(fieldsOf(line)['vmid']), textIn(line, 'name')] as const,
    );
    const all = (await resources(api)).map(({ vmid, name }) => [vmid, name] as const);
    return new Map(
      [...all, ...here].flatMap(([vmid, name]): [number, string][] =>
        wanted.has(vmid) && name !== undefined ? [[vmid, name]] : [],
      ),
    );
  };

export const readPools =
  (api: Api): Readings['readPools'] =>
  async () =>
    new Map(
      (await resources(api)).flatMap(({ vmid, pool }) => (pool === undefined ? [] : [[vmid, pool] as const])),
    );

/** Only who may audit all pools sees all of them. */
const AUDIT_ALL = { path: '/pool/any', privilege: 'Pool.Audit' };

export const listPools =
  (api: Api): Readings['listPools'] =>
  async () =>
    missingPrivileges([AUDIT_ALL], await readHeld(api)).length === 0
      ? listOf(await api.client.get('/pools')).flatMap(line => textIn(line, 'poolid') ?? [])
      : undefined;
