import { HttpFailure } from './failure.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';
import { pause } from '../system/pause.ts';
import { StepError } from '../sdk/step-error.ts';

export interface Patience {
  /** Further tries after a failure that is known to pass. */
  readonly retries: number;
  /** Seconds before the first further try; doubled for each one after it. */
  readonly retryDelay: number;
}

/** Longest wait before another try, in seconds, whatever the server asks for. */
const LONGEST_WAIT = 120;

/** Does some work again after failures that are known to pass; one that brought it forward starts the count anew. */
export async function withRetries<T>(
  work: () => Promise<T>,
  patience: Patience,
  madeProgress: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<T> {
  for (let failures = 0; ;) {
    try {
      return await work();
    } catch (error) {
      throwIfInterrupted();
      failures = (await madeProgress()) ? 1 : failures + 1;
      await pause(waitBefore(error, failures, patience));
    }
  }
}

/** Seconds before the next try; throws when there is to be none. */
function waitBefore(failure: unknown, failures: number, { retries, retryDelay }: Patience): number {
  if (!(failure instanceof StepError) || !failure.transient) throw failure;
  const asked = failure instanceof HttpFailure ? failure.retryAfter : undefined;
  if (failures > retries) throw final(failure, times(failures));
  if (asked !== undefined && asked > LONGEST_WAIT)
    throw final(failure, ` and asks to wait ${asked} s; try again then`);
  return asked ?? Math.min(LONGEST_WAIT, retryDelay * 2 ** (failures - 1));
}

/** The same failure, after which nothing is tried again. */
const final = (failure: StepError, remark: string): StepError =>
  failure instanceof HttpFailure
    ? new HttpFailure(failure.message + remark, false)
    : new StepError(failure.message + remark, false);

const times = (failures: number): string => (failures === 1 ? '' : `, ${failures} times in a row`);
