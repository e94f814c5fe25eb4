import { fileVolume } from '../../pve/text/volume-id.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';

export const missingFiles =
  (api: Api): Readings['missingFiles'] =>
  async volumes => {
    const places = new Set(volumes.flatMap(volume => placeOf(volume) ?? []));
    const listed = await Promise.all(
      [...places].map(async place => [place, await listIn(api, place)] as const),
    );
    const lists = new Map(listed);
    return volumes.filter(volume => lists.get(placeOf(volume) ?? '')?.includes(volume) === false);
  };

/** Where a storage lists files of that kind. */
function placeOf(volume: string): string | undefined {
  const file = fileVolume(volume);
  return file && `${file.storage}/content?content=${file.content}`;
}

/** Of what may not be seen, or has no such content, nobody knows. */
async function listIn({ client, node }: Api, place: string): Promise<readonly string[] | undefined> {
  const lines = await client.get(`/nodes/${node}/storage/${place}`).then(listOf, unlessForbidden);
  return lines?.flatMap(line => textIn(line, 'volid') ?? []);
}
