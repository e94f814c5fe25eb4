import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf, listOf, type Api } from '../api.ts';

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

const askStorages = async ({ client }: Api): Promise<string> =>
  listOf(await client.get('/storage'))
    .map(line => section(fieldsOf(line)))
    .join('\n');

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

export const readFreeBytes =
  ({ client, node }: Api): Readings['readFreeBytes'] =>
  async storage => {
    const { avail } = fieldsOf(await client.get(`/nodes/${node}/storage/${storage}/status`));
    return typeof avail === 'number' ? avail : undefined;
  };
