import { withGreeting } from '../../guests/greeting.ts';
import { readTestOutcome as lastOutcome, testGuest as test, type Guest } from '../../guests/test.ts';
import { runToEnd } from '../../guests/program.ts';
import { waitForSign } from '../../guests/wait.ts';
import {
  NO_SIGNS,
  readInterfaces,
  readStatus,
  SECONDS_TO_TELL,
  STATUS_SCRIPT,
} from '../../pve/vms/guest-signs.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { GuestLook, GuestSigns, ProgramEnd } from '../../sdk/readings.ts';
import { qm as operation, type ClusterAction, type WaitGuestAction } from '../../sdk/step.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { placeOf, type Api } from '../api.ts';
import { ApiFailure, unlessForbidden } from '../client/failure.ts';
import { patiently } from '../client/patience.ts';
import { isRunning } from './power.ts';
import { qm } from './qm.ts';

/**
 * Asks the agent by the node; whether an SSH server greets is seen from the controller. How cloud-init is doing is told to
 * whoever may run programs in the guest.
 */
export const readSigns = (api: Api): Readings['readSigns'] => signsFor(api, unlessForbidden);

const signsFor =
  (api: Api, orElse: (error: unknown) => undefined): Readings['readSigns'] =>
  async (vmid, look) =>
    withGreeting(await agentSigns(api, vmid, look, orElse), look.sshAt);

async function agentSigns(
  api: Api,
  vmid: number,
  { status, seconds = SECONDS_TO_TELL }: GuestLook,
  orElse: (error: unknown) => undefined,
): Promise<GuestSigns> {
  const answer = await api.client.get(`${agentOf(api, vmid)}/network-get-interfaces`).catch(noAnswer);
  if (answer === undefined) return NO_SIGNS;
  const interfaces = readInterfaces(fieldsOf(answer)['result']);
  if (!status) return { agent: true, interfaces };
  // It changes nothing there.
  const ask = (): ReturnType<typeof runProgram> =>
    runProgram(api, vmid, ['/bin/sh', '-c', STATUS_SCRIPT], seconds);
  const ended = await patiently(ask).catch(orElse);
  return { agent: true, interfaces, ...(ended !== undefined && readStatus(ended.output)) };
}

const agentOf = (api: Api, vmid: number): string => `/nodes/${placeOf(api, vmid)}/qemu/${vmid}/agent`;

/** Everything that an agent cannot, or does not, answer is a 500; that a token may not ask it is none. */
function noAnswer(error: unknown): unknown {
  if (!(error instanceof ApiFailure) || error.status !== 500) throw error;
  // The agent is there, and its guest forbids this.
  return / is disabled|has been disabled|CommandNotFound/i.test(error.message) ? {} : undefined;
}

/** PVE asks whether the agent is there before it asks it for anything. */
const isNotThere = (error: unknown): boolean => /guest agent is not running/.test(String(error));

/** Runs a program in the guest to its end; undefined where it did not come to it, or nobody runs one there. */
function runProgram(
  api: Api,
  vmid: number,
  command: readonly string[],
  seconds: number,
): Promise<ProgramEnd | undefined> {
  const path = agentOf(api, vmid);
  return runToEnd(
    {
      start: async () => {
        const order = { method: 'POST', path: `${path}/exec`, fields: { command } } as const;
        try {
          return fieldsOf(await api.client.call(order));
        } catch (error) {
          noAnswer(error);
          return isNotThere(error) ? undefined : {};
        }
      },
      look: async pid =>
        endIn(fieldsOf(await api.client.get(`${path}/exec-status?pid=${pid}`).catch(noAnswer))),
    },
    seconds,
  );
}

function endIn(state: Readonly<Record<string, unknown>>): ProgramEnd | undefined {
  const { exited, exitcode, signal } = state;
  if (exited !== 1 && exited !== true) return undefined;
  const output = ['out-data', 'err-data'].map(field => state[field]).filter(text => typeof text === 'string');
  return {
    exitCode: typeof exitcode === 'number' ? exitcode : 128 + (typeof signal === 'number' ? signal : 0),
    output: output.join(''),
  };
}

const CONSOLE = 'its console in the web interface may show more';

export const waitGuest = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest' ? waitFor(api, action) : undefined;

async function waitFor(api: Api, action: WaitGuestAction): Promise<void> {
  await waitForSign(action, guestOf(api), () => CONSOLE);
}

export const testGuest = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'test-guest' ? test(action, guestOf(api), work => work(() => CONSOLE)) : undefined;

export const readTestOutcome = (): Readings['readTestOutcome'] => lastOutcome;

/** Who waits for the end of cloud-init must be told of it. */
const guestOf = (api: Api): Guest => ({
  readSigns: signsFor(api, (error: unknown) => {
    throw error;
  }),
  isRunning: isRunning(api),
  runProgram: (...program) => runProgram(api, ...program),
  start: async vmid => qm(api, operation('start', vmid)),
});
