import { withGreeting } from '../../guests/greeting.ts';
import { waitForSign } from '../../guests/wait.ts';
import { NO_SIGNS, readInterfaces, readStatus, STATUS_SCRIPT } from '../../pve/vms/guest-signs.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { GuestSigns } from '../../sdk/readings.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { pause } from '../../system/pause.ts';
import { fieldsOf, placeOf, type Api } from '../api.ts';
import { ApiFailure } from '../client/failure.ts';
import { isRunning } from './power.ts';

const SECONDS_TO_RUN = 20;

/** Asks the agent by the node; whether an SSH server greets is seen from the controller. */
export const readSigns =
  (api: Api): Readings['readSigns'] =>
  async (vmid, { sshAt, status }) =>
    withGreeting(await agentSigns(api, vmid, status), sshAt);

async function agentSigns(api: Api, vmid: number, status: boolean): Promise<GuestSigns> {
  const path = `/nodes/${placeOf(api, vmid)}/qemu/${vmid}/agent`;
  const answer = await api.client.get(`${path}/network-get-interfaces`).catch(noAnswer);
  if (answer === undefined) return NO_SIGNS;
  const interfaces = readInterfaces(fieldsOf(answer)['result']);
  if (!status) return { agent: true, interfaces };
  const printed = await runInGuest(api, path).catch(noAnswer);
  return { agent: true, interfaces, ...(typeof printed === 'string' && readStatus(printed)) };
}

/** Everything that an agent cannot, or does not, answer is a 500; that a token may not ask it is none. */
function noAnswer(error: unknown): unknown {
  if (!(error instanceof ApiFailure) || error.status !== 500) throw error;
  // The agent is there, and its guest forbids this.
  return / is disabled|has been disabled|CommandNotFound/i.test(error.message) ? {} : undefined;
}

async function runInGuest({ client }: Api, path: string): Promise<string | undefined> {
  const command = ['/bin/sh', '-c', STATUS_SCRIPT];
  const { pid } = fieldsOf(await client.call({ method: 'POST', path: `${path}/exec`, fields: { command } }));
  const end = Date.now() + SECONDS_TO_RUN * 1000;
  while (Date.now() < end) {
    const state = fieldsOf(await client.get(`${path}/exec-status?pid=${String(pid)}`));
    if (state['exited'] === 1 || state['exited'] === true) {
      const printed = state['out-data'];
      return typeof printed === 'string' ? printed : '';
    }
    await pause(0.2);
  }
  return undefined;
}

export const waitGuest = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest'
    ? waitForSign(
        action,
        { readSigns: readSigns(api), isRunning: isRunning(api) },
        () => 'its console in the web interface may show more',
      )
    : undefined;
