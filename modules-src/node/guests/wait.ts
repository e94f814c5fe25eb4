import { testGuest as test } from '../../guests/test.ts';
import { waitForSign } from '../../guests/wait.ts';
import type { ClusterAction } from '../../sdk/step.ts';
import { isRunning } from '../vms/files.ts';
import { runProgram } from './program.ts';
import { listenToConsole } from './serial-console.ts';
import { readSigns } from './signs.ts';
import { guestSocket } from './socket.ts';

/** Waits until the guest gives the sign; when it does not in time, says why and what its console showed. */
export const waitGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest'
    ? listening(action.vmid, console => waitForSign(action, { readSigns, isRunning }, console))
    : undefined;

/** Looks whether the guest comes up well. */
export const testGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'test-guest'
    ? listening(action.vmid, console => test(action, { readSigns, isRunning, runProgram }, console))
    : undefined;

/** Listens to the guest's console while it is worked with: who comes later hears nothing. */
async function listening(vmid: number, work: (console: () => string) => Promise<void>): Promise<void> {
  const console = await listenToConsole(guestSocket(vmid, 'serial0'));
  try {
    await work(() => shown(vmid, console.lastLines()));
  } finally {
    console.close();
  }
}

const shown = (vmid: number, lines: readonly string[]): string =>
  `its console (\`qm terminal ${vmid}\`) ` +
  (lines.length > 0 ? `showed last: ${lines.join(' | ')}` : 'showed nothing');
