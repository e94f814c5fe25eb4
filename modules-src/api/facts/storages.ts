import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';

/** Several readings need them, each at every look; what an administrator changes meanwhile is for the next run. */
const known = new WeakMap<Api, string>();

/** The storages that the token may use, as storage.cfg has them. */
export const readStorages =
  (api: Api): Readings['readStorages'] =>
  async () => {
    const text = known.get(api) ?? (await askStorages(api));
    known.set(api, text);
    return text;
  };

/** Proxmox VE lists them in another order each time (a Perl hash; seen on 9.2), and the first of a kind is what nobody names. */
const askStorages = async ({ client }: Api): Promise<string> =>
  listOf(await client.get('/storage'))
    .map(fieldsOf)
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map(section)
    .join('\n');

/** `local` stands first in every new storage.cfg. */
const rank = ({ storage }: Readonly<Record<string, unknown>>): string =>
  storage === 'local' ? '' : String(storage);

const NOT_PROPERTIES = new Set(['type', 'storage', 'digest']);

function section(fields: Readonly<Record<string, unknown>>): string {
  const properties = Object.entries(fields)
    .filter(([name]) => !NOT_PROPERTIES.has(name))
    .map(([name, value]) => `\t${name} ${name === 'content' ? writable(String(value)) : String(value)}`);
  return [`${String(fields['type'])}: ${String(fields['storage'])}`, ...properties, ''].join('\n');
}

/** Snippets can neither be read nor written by the API: for this door no storage has them. */
const writable = (content: string): string =>
  content
    .split(',')
    .filter(kind => kind !== 'snippets')
    .join(',');

/** Storages of the node for that content which can be looked at now. */
export const activeStorages = async (
  { client, node }: Pick<Api, 'client' | 'node'>,
  content: string,
): Promise<readonly string[]> =>
  listOf(await client.get(`/nodes/${node}/storage?content=${content}&enabled=1`)).flatMap(line =>
    fieldsOf(line)['active'] === 1 ? (textIn(line, 'storage') ?? []) : [],
  );

export const readFreeBytes =
  ({ client, node }: Api): Readings['readFreeBytes'] =>
  async storage => {
    const { avail } = fieldsOf(await client.get(`/nodes/${node}/storage/${storage}/status`));
    return typeof avail === 'number' ? avail : undefined;
  };
