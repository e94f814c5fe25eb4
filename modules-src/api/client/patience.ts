import { StepError } from '../../sdk/step-error.ts';
import { pause } from '../../system/pause.ts';

/** How often something is looked at that may not be answered at once. */
const TRIES = 4;
/** What Proxmox VE is at work on goes on while its API restarts: half a minute in all. */
export const TRIES_OF_TASK = 7;

/** Looking changes nothing: what is known to pass, such as a restart of the API, is met by looking again. */
export async function patiently<T>(look: () => Promise<T>, tries = TRIES): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof StepError) || !error.transient || attempt === tries) throw error;
    }
    await pause(2 ** (attempt - 2));
  }
}
