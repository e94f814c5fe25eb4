import { waitForSign } from '../../guests/wait.ts';
import type { ClusterAction, WaitGuestAction } from '../../sdk/step.ts';
import { isRunning } from '../vms/files.ts';
import { listenToConsole } from './serial-console.ts';
import { guestSocket, readSigns } from './signs.ts';

/** Waits until the guest gives the sign; when it does not in time, says why and what its console showed. */
export const waitGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest' ? wait(action) : undefined;

async function wait(action: WaitGuestAction): Promise<void> {
  const { vmid } = action;
  const console = await listenToConsole(guestSocket(vmid, 'serial0'));
  try {
    await waitForSign(action, { readSigns, isRunning }, () => shown(vmid, console.lastLines()));
  } finally {
    console.close();
  }
}

const shown = (vmid: number, lines: readonly string[]): string =>
  `its console (\`qm terminal ${vmid}\`) ` +
  (lines.length > 0 ? `showed last: ${lines.join(' | ')}` : 'showed nothing');
