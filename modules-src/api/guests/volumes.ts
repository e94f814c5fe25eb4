import type { ClusterAction } from '../../sdk/step.ts';
import type { Api } from '../api.ts';
import { waitForAnswer } from '../answer.ts';

export const freeVolume = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'free-volume' ? removeVolume(api, action.volume) : undefined;

export async function removeVolume(api: Api, volume: string): Promise<void> {
  const { client, node } = api;
  const [storage = ''] = volume.split(':', 1);
  const path = `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volume)}`;
  const answer = await client.call({ method: 'DELETE', path, fields: {} });
  await waitForAnswer(api, answer, `remove ${volume}`);
}
