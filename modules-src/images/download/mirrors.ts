import type { Downloaded } from './transfer.ts';
import { HttpFailure } from '../../http/failure.ts';
import { StepError } from '../../sdk/step-error.ts';
import { UserError } from '../../sdk/error.ts';

/** Downloads from the first of the sources that has the wanted bytes. */
export async function downloadFromAny(
  urls: readonly string[],
  downloadFrom: (url: string) => Promise<Downloaded>,
): Promise<Downloaded> {
  const failures: (HttpFailure | UserError)[] = [];
  for (const url of urls) {
    try {
      return await downloadFrom(url);
    } catch (error) {
      // A full disk is as full for every other source.
      if (!(error instanceof HttpFailure || error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  const [only] = failures;
  if (failures.length === 1 && only !== undefined) throw only;
  throw new StepError(`no source has it: ${failures.map(({ message }) => message).join('; ')}`, false);
}
