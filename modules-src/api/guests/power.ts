import type { Readings } from '../../sdk/cluster.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { placeOf, type Api } from '../api.ts';

const status = async (api: Api, vmid: number): Promise<Readonly<Record<string, unknown>>> =>
  fieldsOf(await api.client.get(`/nodes/${placeOf(api, vmid)}/qemu/${vmid}/status/current`));

export const isRunning =
  (api: Api): Readings['isRunning'] =>
  async vmid =>
    (await status(api, vmid))['status'] === 'running';

/** Any node passes on what is asked of the others. */
export const reachesOtherNodes = (): Readings['reachesOtherNodes'] => () => Promise.resolve(true);

/** By how long it runs: the clocks of controller and node may differ. */
export const startedSinceModule =
  (api: Api): Readings['startedSinceModule'] =>
  async vmid => {
    const { uptime } = await status(api, vmid);
    return typeof uptime === 'number' && Date.now() - uptime * 1000 >= performance.timeOrigin;
  };
