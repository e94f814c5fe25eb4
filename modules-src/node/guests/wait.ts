import type { GuestSigns } from '../../sdk/readings.ts';
import { hasSign, missingSign, NO_SIGNS } from '../../pve/vms/guest-signs.ts';
import type { ClusterAction, WaitGuestAction } from '../../sdk/step.ts';
import { guestSocket, readSigns } from './signs.ts';
import { throwIfInterrupted } from '../../system/interrupt.ts';
import { pause } from '../../system/pause.ts';
import { StepError } from '../../sdk/step-error.ts';
import { listenToConsole, type SerialConsole } from './serial-console.ts';
import { isRunning } from '../vms/files.ts';

/** Waits until the guest gives the sign; when it does not in time, says why and what its console showed. */
export const waitGuest = (action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'wait-guest' ? wait(action) : undefined;

async function wait(action: WaitGuestAction): Promise<void> {
  const console = await listenToConsole(guestSocket(action.vmid, 'serial0'));
  try {
    await waitForSign(action, console);
  } finally {
    console.close();
  }
}

async function waitForSign(action: WaitGuestAction, console: SerialConsole): Promise<void> {
  const { vmid, sign, timeoutSeconds, addresses } = action;
  const end = Date.now() + timeoutSeconds * 1000;
  const look = { status: sign === 'cloud-init', sshAt: sign === 'ssh' ? addresses : undefined };
  let signs: GuestSigns = NO_SIGNS;
  while (Date.now() < end) {
    throwIfInterrupted();
    signs = await readSigns(vmid, look);
    if (hasSign(sign, signs)) return;
    if (!(await isRunning(vmid)))
      throw failure(vmid, 'the VM stopped while its guest was waited for', console);
    await pause(Math.min(1, Math.max(0, (end - Date.now()) / 1000)));
  }
  throw failure(vmid, `${missingSign(sign, signs, addresses)} within ${timeoutSeconds} s`, console);
}

function failure(vmid: number, why: string, console: SerialConsole): StepError {
  const lines = console.lastLines();
  const shown = lines.length > 0 ? `showed last: ${lines.join(' | ')}` : 'showed nothing';
  return new StepError(`${why}; its console (\`qm terminal ${vmid}\`) ${shown}`, false);
}
