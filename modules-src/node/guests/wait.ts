import { testGuest as test } from '../../guests/test.ts';
import { waitForSign } from '../../guests/wait.ts';
import { qm as operation, type ClusterAction, type WaitGuestAction } from '../../sdk/step.ts';
import { isRunning } from '../vms/files.ts';
import { qm } from '../vms/qm.ts';
import { runProgram } from './program.ts';
import { listenToConsole } from './serial-console.ts';
import { readSigns } from './signs.ts';
import { guestSocket } from './socket.ts';

/** Waits until the guest gives the sign; when it does not in time, says why and what its console showed. */
export const waitGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest' ? waitFor(action) : undefined;

async function waitFor(action: WaitGuestAction): Promise<void> {
  await listening(action.vmid, console => waitForSign(action, { readSigns, isRunning }, console));
}

/** Starts the guest and looks whether it comes up well. */
export const testGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'test-guest'
    ? test(action, { readSigns, isRunning, runProgram, start }, work => listening(action.vmid, work))
    : undefined;

const start = async (vmid: number): Promise<void> => qm(operation('start', vmid));

/** Listens to the guest's console while it is worked with: who comes later hears nothing. */
async function listening<T>(vmid: number, work: (console: () => string) => Promise<T>): Promise<T> {
  const console = await listenToConsole(guestSocket(vmid, 'serial0'));
  try {
    return await work(() => shown(vmid, console.lastLines()));
  } finally {
    console.close();
  }
}

const shown = (vmid: number, lines: readonly string[]): string =>
  `its console (\`qm terminal ${vmid}\`) ` +
  (lines.length > 0 ? `showed last: ${lines.join(' | ')}` : 'showed nothing');
