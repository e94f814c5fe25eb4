import type { Readings } from '../../sdk/cluster.ts';
import type { Permissions } from '../../sdk/facts.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { listOf, textIn, type Api } from '../api.ts';

/** Any credential may ask what it may: 1 where a privilege holds below its path, too. */
export async function readHeld({ client }: Api): Promise<Permissions> {
  const paths = Object.entries(fieldsOf(await client.get('/access/permissions')));
  return new Map(
    paths.map(([path, privileges]) => {
      const held = Object.entries(fieldsOf(privileges));
      return [path, new Map(held.map(([name, propagates]) => [name, Number(propagates) === 1]))];
    }),
  );
}

export const readPermissions =
  (api: Api): Readings['readPermissions'] =>
  () =>
    readHeld(api);

export const listRoles =
  ({ client }: Api): Readings['listRoles'] =>
  async () =>
    listOf(await client.get('/access/roles')).flatMap(line => textIn(line, 'roleid') ?? []);
