import { readFailure } from '../pve/text/failure.ts';
import type {
  Action,
  CheckedFile,
  FetchImageAction,
  Lane,
  QmAction,
  Step,
  WaitGuestAction,
} from '../sdk/step.ts';
import { forgetBegun, noteBegun } from '../node/vms/begun.ts';
import { throwIfInterrupted } from '../system/interrupt.ts';
import { removeFile, writeAtomically } from '../system/files.ts';
import { writePrivateFile } from '../system/private-files.ts';
import { renderQm } from '../node/vms/render-qm.ts';
import { runCommand, type CommandResult } from '../system/run-command.ts';
import { StepError } from '../system/step-error.ts';

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

/** Work that only some modules need; the module's entry hands it in so that other bundles do not carry it. */
export interface Performers {
  readonly fetchImage?: (action: FetchImageAction) => Promise<void>;
  readonly waitGuest?: (action: WaitGuestAction) => Promise<void>;
  /** Does what reads an image while that stays what it was. */
  readonly withImage?: (image: CheckedFile, work: () => Promise<CommandResult>) => Promise<CommandResult>;
}

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
  performers: Performers,
  onDone: (step: Step) => void = () => undefined,
): Promise<readonly LaneOutcome[]> {
  const all = lanes.map((lane): Progress => ({ lane, done: [], isBusy: false }));
  const work = async (): Promise<void> => {
    for (let next = choose(all, parallel); next !== undefined; next = choose(all, parallel)) {
      next.isBusy = true;
      await performNext(next, performers, onDone);
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

async function performNext(
  progress: Progress,
  performers: Performers,
  onDone: (step: Step) => void,
): Promise<void> {
  const step = progress.lane[progress.done.length];
  if (step === undefined) return;
  const failure = await tryStep(step, performers);
  if (failure !== undefined) {
    progress.failure = failure;
    return;
  }
  progress.done.push(step);
  onDone(step);
}

async function tryStep(step: Step, performers: Performers): Promise<StepFailure | undefined> {
  throwIfInterrupted();
  try {
    await performAction(step.action, performers);
    return undefined;
  } catch (error) {
    throwIfInterrupted();
    if (error instanceof StepError) return { step, reason: error.message, transient: error.transient };
    // A full or read-only file system is the trouble of this lane, not of the others.
    if (isSystemError(error)) return { step, reason: error.message, transient: false };
    throw error;
  }
}

const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

function performAction(action: Action, performers: Performers): Promise<void> {
  switch (action.kind) {
    case 'qm':
      return runQm(action, performers);
    case 'write-file':
      return writeAtomically(action.path, action.content, action.mode, 'www-data');
    case 'remove-file':
      return removeFile(action.path);
    case 'refuse':
      return Promise.reject(new StepError(action.reason, false));
    case 'fetch-image':
      return required(performers.fetchImage, action.kind)(action);
    case 'wait-guest':
      return required(performers.waitGuest, action.kind)(action);
  }
}

function required<T>(performer: T | undefined, kind: string): T {
  if (performer === undefined) throw new Error(`this module has nothing that performs ${kind}`);
  return performer;
}

/** Verbs that exit 0 although they failed and say so on stderr only (PVE 8.0.2 and later, docs/pve-notes/qm.md). */
const FAILS_WITH_ZERO: ReadonlySet<string> = new Set(['resize', 'template']);

async function runQm(action: QmAction, { withImage }: Performers): Promise<void> {
  const call = renderQm(action, writePrivateFile);
  const run = (): Promise<CommandResult> => runCommand(call.argv, call.input);
  await noteBegun(action);
  const { rc, stdout, stderr } = await (action.image === undefined
    ? run()
    : required(withImage, 'an import')(action.image, run));
  const complained = FAILS_WITH_ZERO.has(action.verb) && stderr.trim() !== '';
  if (rc === 0 && !complained) return forgetBegun(action);
  const { reason, transient } = readFailure(stderr, stdout);
  throw new StepError(`qm ${action.verb} ${action.vmid}: ${reason}`, transient);
}
