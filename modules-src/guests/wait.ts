import { hasSign, missingSign, NO_SIGNS } from '../pve/vms/guest-signs.ts';
import type { Readings } from '../sdk/cluster.ts';
import type { GuestSigns } from '../sdk/readings.ts';
import { StepError } from '../sdk/step-error.ts';
import type { WaitGuestAction } from '../sdk/step.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';
import { pause } from '../system/pause.ts';

type Look = Pick<Readings, 'readSigns' | 'isRunning'>;

/** Waits until the guest gives the sign; when it does not in time, says why, and what `console` tells of it. */
export async function waitForSign(
  action: WaitGuestAction,
  { readSigns, isRunning }: Look,
  console: () => string,
): Promise<void> {
  const { vmid, sign, timeoutSeconds, addresses } = action;
  const end = Date.now() + timeoutSeconds * 1000;
  const look = { status: sign === 'cloud-init', sshAt: sign === 'ssh' ? addresses : undefined };
  let signs: GuestSigns = NO_SIGNS;
  while (Date.now() < end) {
    throwIfInterrupted();
    signs = await readSigns(vmid, look);
    if (hasSign(sign, signs)) return;
    if (!(await isRunning(vmid)))
      throw new StepError(`the VM stopped while its guest was waited for; ${console()}`, false);
    await pause(Math.min(1, Math.max(0, (end - Date.now()) / 1000)));
  }
  throw new StepError(
    `${missingSign(sign, signs, addresses)} within ${timeoutSeconds} s; ${console()}`,
    false,
  );
}
