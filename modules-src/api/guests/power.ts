import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf, type Api } from '../api.ts';

const status = async ({ client, node }: Api, vmid: number): Promise<Readonly<Record<string, unknown>>> =>
  fieldsOf(await client.get(`/nodes/${node}/qemu/${vmid}/status/current`));

export const isRunning =
  (api: Api): Readings['isRunning'] =>
  async vmid =>
    (await status(api, vmid))['status'] === 'running';

/** By how long it runs: the clocks of controller and node may differ. */
export const startedSinceModule =
  (api: Api): Readings['startedSinceModule'] =>
  async vmid => {
    const { uptime } = await status(api, vmid);
    return typeof uptime === 'number' && Date.now() - uptime * 1000 >= performance.timeOrigin;
  };
