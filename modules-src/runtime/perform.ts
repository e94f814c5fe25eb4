import type { Door } from '../sdk/cluster.ts';
import { StepError } from '../sdk/step-error.ts';
import type { Action, Lane, Step } from '../sdk/step.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';

/** A step that did not do what it should. */
export interface StepFailure {
  readonly step: Step;
  readonly reason: string;
  readonly transient: boolean;
}

/** What became of one lane. */
export interface LaneOutcome {
  readonly done: readonly Step[];
  readonly failure?: StepFailure;
}

type Perform = Door['perform'];

/** A lane on its way. */
interface Progress {
  readonly lane: Lane;
  readonly done: Step[];
  failure?: StepFailure;
  isBusy: boolean;
}

/** Runs the lanes, at most `parallel` at once; a lane ends at its first failing step. `onDone` hears of every step. */
export async function perform(
  lanes: readonly Lane[],
  parallel: number,
  doIt: Perform,
  onDone: (step: Step) => void = () => undefined,
): Promise<readonly LaneOutcome[]> {
  const all = lanes.map((lane): Progress => ({ lane, done: [], isBusy: false }));
  const work = async (): Promise<void> => {
    for (let next = choose(all, parallel); next !== undefined; next = choose(all, parallel)) {
      next.isBusy = true;
      await performNext(next, doIt, onDone);
      next.isBusy = false;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  return all.map(({ done, failure }) => ({ done, ...(failure !== undefined && { failure }) }));
}

const stepsLeft = ({ lane, done, failure }: Progress): number =>
  failure === undefined ? lane.length - done.length : 0;

/**
 * The lane to go on with: the one that is nearest to its end, so that few are half done at a time; but the longest as soon
 * as the others would end before it and leave it to run alone. None: every lane that is left is at work.
 */
function choose(all: readonly Progress[], parallel: number): Progress | undefined {
  const idle = all
    .filter(progress => !progress.isBusy && stepsLeft(progress) > 0)
    .sort((a, b) => stepsLeft(a) - stepsLeft(b));
  const [shortest, longest] = [idle[0], idle.at(-1)];
  const left = all.reduce((sum, progress) => sum + stepsLeft(progress), 0);
  return longest !== undefined && stepsLeft(longest) * parallel >= left ? longest : shortest;
}

async function performNext(progress: Progress, doIt: Perform, onDone: (step: Step) => void): Promise<void> {
  const step = progress.lane[progress.done.length];
  if (step === undefined) return;
  const failure = await tryStep(step, doIt);
  if (failure !== undefined) {
    progress.failure = failure;
    return;
  }
  progress.done.push(step);
  onDone(step);
}

async function tryStep(step: Step, doIt: Perform): Promise<StepFailure | undefined> {
  throwIfInterrupted();
  try {
    await performAction(step.action, doIt);
    return undefined;
  } catch (error) {
    throwIfInterrupted();
    if (error instanceof StepError) return { step, reason: error.message, transient: error.transient };
    throw error;
  }
}

const performAction = (action: Action, doIt: Perform): Promise<void> =>
  action.kind === 'refuse' ? Promise.reject(new StepError(action.reason, false)) : doIt(action);
