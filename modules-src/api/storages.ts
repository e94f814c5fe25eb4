import type { Readings } from '../sdk/cluster.ts';
import { fieldsOf, listOf, type Api } from './api.ts';

/** Storages, those that the token may use. */
export function storageReadings({ client, node }: Api): Pick<Readings, 'readStorages' | 'readFreeBytes'> {
  return {
    readStorages: async () =>
      listOf(await client.get('/storage'))
        .map(section)
        .join('\n'),
    readFreeBytes: async storage => {
      const { avail } = fieldsOf(await client.get(`/nodes/${node}/storage/${storage}/status`));
      return typeof avail === 'number' ? avail : undefined;
    },
  };
}

const NOT_PROPERTIES = new Set(['type', 'storage', 'digest']);

/** A section of storage.cfg. */
function section(line: unknown): string {
  const fields = fieldsOf(line);
  const properties = Object.entries(fields).filter(([name]) => !NOT_PROPERTIES.has(name));
  return [
    `${String(fields['type'])}: ${String(fields['storage'])}`,
    ...properties.map(([name, value]) => `\t${name} ${String(value)}`),
    '',
  ].join('\n');
}
