import type { ClusterAction } from '../../sdk/step.ts';
import type { Api } from '../api.ts';
import { isUpid, waitForTask } from '../client/task.ts';

export const freeVolume = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'free-volume' ? removeVolume(api, action.volume) : undefined;

export async function removeVolume({ client, node }: Api, volume: string): Promise<void> {
  const [storage = ''] = volume.split(':', 1);
  const path = `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volume)}`;
  const answer = await client.call({ method: 'DELETE', path, fields: {} });
  if (isUpid(answer)) await waitForTask(client, answer, `remove ${volume}`);
}
