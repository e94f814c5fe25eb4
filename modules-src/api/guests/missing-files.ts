import { fileVolume } from '../../pve/text/volume-id.ts';
import type { Readings } from '../../sdk/cluster.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { unlessForbidden } from '../client/failure.ts';

export const missingFiles =
  (api: Api): Readings['missingFiles'] =>
  async volumes => {
    const looked = volumes.map(async volume => ((await isMissing(api, volume)) ? [volume] : []));
    return (await Promise.all(looked)).flat();
  };

/** Of what may not be seen, or has no such content, nobody knows. */
async function isMissing({ client, node }: Api, volume: string): Promise<boolean> {
  const file = fileVolume(volume);
  if (file === undefined) return false;
  const path = `/nodes/${node}/storage/${file.storage}/content?content=${file.content}`;
  const lines = await client.get(path).then(listOf, unlessForbidden);
  return lines !== undefined && !lines.some(line => textIn(line, 'volid') === volume);
}
