import { parseVolumeId, storageOfVolume } from '../../pve/text/volume-id.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { listOf, textIn, type Api } from '../api.ts';
import { waitForAnswer } from '../answer.ts';

export const listVolumes =
  ({ client, node }: Api): Readings['listVolumes'] =>
  async (storage, vmid) => {
    const path = `/nodes/${node}/storage/${storage}/content?content=images&vmid=${vmid}`;
    return listOf(await client.get(path)).flatMap(line => textIn(line, 'volid') ?? []);
  };

export const allocateVolume = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'allocate-volume' ? allocate(api, action) : undefined;

async function allocate(
  api: Api,
  { volume, vmid, bytes, format }: Extract<ClusterAction, { readonly kind: 'allocate-volume' }>,
): Promise<void> {
  const { storage = '', file = '' } = parseVolumeId(volume) ?? {};
  const size = String(Math.ceil(bytes / 1024));
  const path = `/nodes/${api.node}/storage/${storage}/content`;
  await api.client.call({
    method: 'POST',
    path,
    fields: { vmid: String(vmid), filename: file, size, format },
  });
}

export const freeVolume = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'free-volume' ? removeVolume(api, action.volume) : undefined;

export async function removeVolume(api: Api, volume: string): Promise<void> {
  const { client, node } = api;
  const storage = storageOfVolume(volume);
  const path = `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volume)}`;
  const answer = await client.call({ method: 'DELETE', path, fields: {} });
  await waitForAnswer(api, answer, `remove ${volume}`);
}
