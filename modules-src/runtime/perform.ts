import { readFailure } from '../pve/failure.ts';
import type {
  Action,
  CheckedFile,
  FetchImageAction,
  Lane,
  QmAction,
  Step,
  WaitGuestAction,
} from '../sdk/step.ts';
import { throwIfInterrupted } from './interrupt.ts';
import { removeFile, writeAtomically } from './node-files.ts';
import { writePrivateFile } from './private-files.ts';
import { renderQm } from './render-qm.ts';
import { runCommand, type CommandResult } from './run-command.ts';

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

/** Why a step failed, when the one who noticed knows whether it will pass. */
export class StepError extends Error {
  readonly transient: boolean;

  constructor(reason: string, transient: boolean) {
    super(reason);
    this.transient = transient;
  }
}

/** Runs the lanes, at most `parallel` at once; a lane ends at its first failing step. `onDone` hears of every step. */
export async function perform(
  lanes: readonly Lane[],
  parallel: number,
  performers: Performers,
  onDone: (step: Step) => void = () => undefined,
): Promise<readonly LaneOutcome[]> {
  const outcomes: LaneOutcome[] = [];
  const waiting = lanes.map((lane, index) => ({ lane, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      outcomes[next.index] = await performLane(next.lane, performers, onDone);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  return outcomes;
}

async function performLane(
  lane: Lane,
  performers: Performers,
  onDone: (step: Step) => void,
): Promise<LaneOutcome> {
  const done: Step[] = [];
  for (const step of lane) {
    const failure = await tryStep(step, performers);
    if (failure !== undefined) return { done, failure };
    done.push(step);
    onDone(step);
  }
  return { done };
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
  const { rc, stdout, stderr } = await (action.image === undefined
    ? run()
    : required(withImage, 'an import')(action.image, run));
  const complained = FAILS_WITH_ZERO.has(action.verb) && stderr.trim() !== '';
  if (rc === 0 && !complained) return;
  const { reason, transient } = readFailure(stderr, stdout);
  throw new StepError(`qm ${action.verb} ${action.vmid}: ${reason}`, transient);
}
