import { hasSign, missingSign, NO_SIGNS } from '../pve/vms/guest-signs.ts';
import type { Readings } from '../sdk/cluster.ts';
import type { GuestSigns } from '../sdk/readings.ts';
import { StepError } from '../sdk/step-error.ts';
import type { WaitGuestAction } from '../sdk/step.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';
import { pause } from '../system/pause.ts';

type Look = Pick<Readings, 'readSigns' | 'isRunning'>;

/**
 * To ask cloud-init is work for the guest, whose boot it is to be about: one that is slow to answer is left alone for that many times
 * as long, and is asked again only when it has answered.
 */
const PAUSE = 2;

/**
 * Waits until the guest gives the sign, and answers what it showed then: one that has much to do may not answer again at once.
 * When it does not in time, says why, and what `console` tells of it.
 */
export async function waitForSign(
  action: WaitGuestAction,
  { readSigns, isRunning }: Look,
  console: () => string,
): Promise<GuestSigns> {
  const { vmid, sign, timeoutSeconds, addresses } = action;
  const end = Date.now() + timeoutSeconds * 1000;
  const look = { status: sign === 'cloud-init', sshAt: sign === 'ssh' ? addresses : undefined };
  let signs: GuestSigns = NO_SIGNS;
  while (Date.now() < end) {
    throwIfInterrupted();
    const began = Date.now();
    signs = await readSigns(vmid, { ...look, seconds: (end - began) / 1000 });
    if (hasSign(sign, signs)) return signs;
    if (!(await isRunning(vmid)))
      throw new StepError(`the VM stopped while its guest was waited for; ${console()}`, false);
    const took = signs.cloudInit === undefined ? 0 : (Date.now() - began) / 1000;
    await pause(Math.min(Math.max(1, took * PAUSE), Math.max(0, (end - Date.now()) / 1000)));
  }
  throw new StepError(
    `${missingSign(sign, signs, addresses)} within ${timeoutSeconds} s; ${console()}`,
    false,
  );
}
