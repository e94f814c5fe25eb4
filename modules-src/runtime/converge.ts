import type { Cluster, Door, Reading } from '../sdk/cluster.ts';
import type { Circumstances, ModuleDefinition, Work } from '../sdk/define-module.ts';
import { UserError } from '../sdk/error.ts';
import type { Options, ValuesOf } from '../sdk/option.ts';
import type { ClusterAction, Lane, Step } from '../sdk/step.ts';
import { perform, type LaneOutcome, type StepFailure } from './perform.ts';
import { pause } from '../system/pause.ts';

/** Where the node stands when the work ends. */
export interface Converged<Observed> {
  readonly observed: Observed;
  /** What was found before anything was done. */
  readonly first: Observed;
  /** Steps that were performed; in check mode those that would be. */
  readonly steps: readonly Step[];
  /** What is still to be done, and why; empty when all is as wanted. */
  readonly left: readonly Lane[];
  readonly failures: readonly StepFailure[];
  /** What failed and was tried again. */
  readonly retried: readonly StepFailure[];
}

export interface Retry {
  readonly retries: number;
  /** Seconds before the first further try; doubled for each one after it. */
  readonly delay: number;
}

/** An error in the middle of the work, with the steps that were done before it. */
export class BrokenOff extends Error {
  readonly steps: readonly Step[];
  readonly show: Door['show'];

  constructor(cause: unknown, steps: readonly Step[], { show }: Pick<Door, 'show'>) {
    super('broken off', { cause });
    this.steps = steps;
    this.show = show;
  }
}

/**
 * Observe, plan, perform, observe, plan again until nothing is left. A failure that is known to pass is met by waiting
 * and looking anew, so that a step that did happen is not repeated; any other ends its lane. Work that shows only when
 * the first is done, such as a restart for what the node did not take at once, is done once more.
 */
export async function converge<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  params: ValuesOf<P>,
  circumstances: Circumstances,
  retry: Retry,
  cluster: Cluster<Asked>,
): Promise<Converged<Observed>> {
  const done: Step[] = [];
  try {
    const onDone = (step: Step): number => done.push(step);
    const parallel = Math.min(definition.parallel?.(params) ?? 1, cluster.parallel);
    return await rounds(definition, params, circumstances, retry, cluster, lanes =>
      perform(lanes, parallel, cluster.perform, onDone),
    );
  } catch (error) {
    throw done.length === 0 ? error : new BrokenOff(error, done, cluster);
  }
}

/** What is there, and what that leaves to be done. */
interface Look<Observed> {
  readonly observed: Observed;
  readonly lanes: readonly Lane[];
}

/**
 * Another run may be at work on the same VM: what it has half done is no reason to fail, and nothing to build on. So
 * whatever is not as wanted is looked at again when nobody else works on it, and only then changed or refused.
 */
async function rounds<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  params: ValuesOf<P>,
  circumstances: Circumstances,
  retry: Retry,
  cluster: Cluster<Asked>,
  work: (lanes: readonly Lane[]) => Promise<readonly LaneOutcome[]>,
): Promise<Converged<Observed>> {
  const look = async (done?: Work): Promise<Look<Observed>> => {
    const known = done === undefined ? circumstances : { ...circumstances, work: done };
    const observed = await definition.observe(params, known, cluster);
    const planned = definition.plan(params, observed).filter(lane => lane.length > 0);
    const lanes = await Promise.all(planned.map(lane => possible(lane, cluster)));
    if (!circumstances.checkMode) cluster.expect(lanes.flat().flatMap(asked));
    return { observed, lanes };
  };
  const locks = definition.locks?.(params) ?? [];
  if (circumstances.checkMode) {
    const { observed, lanes } = await look();
    return { observed, first: observed, retried: [], ...foreseen(lanes) };
  }
  if (locks.length === 0) return untilDone(await look(), look, retry, work);
  const glance = await look().catch(unlessRefused);
  if (glance?.lanes.length === 0) return untilDone(glance, look, retry, work);
  return cluster.alone(locks, async () => untilDone(await look(), look, retry, work));
}

/** A lane with an operation that this way to Proxmox VE, or who asks, cannot do is refused before any of it is done. */
async function possible(lane: Lane, door: Pick<Door, 'refusal'>): Promise<Lane> {
  const refused = await door.refusal(lane.flatMap(asked));
  const step = refused && lane.find(({ action }) => action === refused.action);
  if (refused === undefined || step === undefined) return lane;
  const { subject, summary } = step;
  const reason = `cannot ${summary}: ${refused.why}`;
  return [{ summary, action: { kind: 'refuse', reason }, ...(subject !== undefined && { subject }) }];
}

const asked = ({ action }: Step): ClusterAction[] => (action.kind === 'refuse' ? [] : [action]);

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
}

async function untilDone<Observed>(
  begin: Look<Observed>,
  look: (done: Work) => Promise<Look<Observed>>,
  retry: Retry,
  work: (lanes: readonly Lane[]) => Promise<readonly LaneOutcome[]>,
): Promise<Converged<Observed>> {
  let { observed, lanes } = begin;
  const first = observed;
  const steps: Step[] = [];
  let failures: readonly StepFailure[] = [];
  const retried: StepFailure[] = [];
  const further = new Set<string | undefined>();
  let soFar: Work = {};
  // What follows an attempt that failed is a way of its own.
  let from = 0;
  for (let attempt = 0; lanes.length > 0; attempt++) {
    const onward =
      attempt === 0
        ? lanes
        : lanes.filter(lane => attempt - from <= retry.retries + 1 && goesOn(lane, steps, failures, further));
    const again = attempt > retry.retries ? [] : lanes.filter(lane => mayPass(lane, failures));
    const todo = lanes.filter(lane => onward.includes(lane) || again.includes(lane));
    if (todo.length === 0) break;
    if (attempt > from) for (const lane of onward) further.add(lane[0]?.subject);
    retried.push(...failures.filter(({ step }) => again.some(lane => lane[0]?.subject === step.subject)));
    if (again.length > 0) await pause(retry.delay * 2 ** (attempt - 1));
    const all = await work(todo);
    const missed = all.filter(outcome => isMissed(outcome, attempt < retry.retries));
    if (missed.length > 0 && soFar.failure === undefined) {
      from = attempt + 1;
      further.clear();
    }
    for (const { failure } of missed) soFar = { failure: failure?.reason ?? '' };
    const outcomes = all.map(outcome => (missed.includes(outcome) ? { done: outcome.done } : outcome));
    failures = mergeFailures(failures, outcomes);
    ({ observed, lanes } = await look(soFar).catch((error: unknown) => {
      throw unseen(error, failures);
    }));
    steps.push(...outcomes.flatMap(outcome => [...outcome.done, ...happenedAnyway(outcome, lanes)]));
    lanes = [...lanes, ...todo.flatMap((lane, index) => tracelessRest(lane, outcomes[index], lanes))];
  }
  return { observed, first, steps, left: lanes, failures, retried };
}

/** Nobody tells what became of a step that was begun: its work may go on, or be done. */
function unseen(error: unknown, failures: readonly StepFailure[]): unknown {
  const begun = failures.filter(({ step }) => step.action.kind !== 'refuse');
  if (!(error instanceof UserError) || begun.length === 0) return error;
  const steps = begun.map(({ step }) => step.summary).join('; ');
  return new UserError(`begun to ${steps}, end unknown: ${error.message}`, error.details);
}

/** What check mode tells: the steps that would be performed, and as failures those that would be refused. */
function foreseen(lanes: readonly Lane[]): Pick<Converged<unknown>, 'steps' | 'left' | 'failures'> {
  const refused = lanes.filter(lane => lane.some(step => step.action.kind === 'refuse'));
  return {
    steps: lanes.filter(lane => !refused.includes(lane)).flat(),
    left: refused,
    failures: refused.flat().flatMap(refusal),
  };
}

const refusal = (step: Step): StepFailure[] =>
  step.action.kind === 'refuse' ? [{ step, reason: step.action.reason, transient: false }] : [];

const sameStep = (a: Step, b: Step): boolean => a.subject === b.subject && a.summary === b.summary;

const isDone = (step: Step, steps: readonly Step[]): boolean => steps.some(other => sameStep(step, other));

const isPlanned = (step: Step, lanes: readonly Lane[]): boolean =>
  lanes.flat().some(other => sameStep(step, other));

/** A step that failed and is planned no more did happen, as a call that lost only its answer. */
function happenedAnyway({ failure }: LaneOutcome, lanes: readonly Lane[]): Step[] {
  if (failure === undefined || failure.step.isTraceless === true || isPlanned(failure.step, lanes)) return [];
  return [failure.step];
}

/** Steps that a failed lane did not come to and that no observation will ask for again. */
function tracelessRest(lane: Lane, outcome: LaneOutcome | undefined, lanes: readonly Lane[]): Lane[] {
  if (outcome?.failure === undefined) return [];
  const rest = lane
    .slice(outcome.done.length)
    .filter(step => step.isTraceless === true && !isPlanned(step, lanes));
  return rest.length === 0 ? [] : [rest];
}

/** Of what a lane works on, nothing failed, and what is left is new: that is done once more, not for ever. */
const goesOn = (
  lane: Lane,
  steps: readonly Step[],
  failures: readonly StepFailure[],
  further: ReadonlySet<string | undefined>,
): boolean =>
  !further.has(lane[0]?.subject) &&
  !failures.some(({ step }) => step.subject === lane[0]?.subject) &&
  !lane.some(step => isDone(step, steps));

/** An attempt that failed, and is not tried again: what is to be done then is for the plan to say. */
const isMissed = ({ failure }: LaneOutcome, mayRetry: boolean): boolean =>
  failure?.step.isAttempt === true && !(failure.transient && mayRetry);

/** A lane is tried again when what stopped it is known to pass. */
function mayPass(lane: Lane, failures: readonly StepFailure[]): boolean {
  const failure = failures.find(({ step }) => step.subject === lane[0]?.subject);
  return failure?.transient ?? false;
}

/** Failures of this round, and permanent ones of earlier rounds, whose lanes did not run again. */
function mergeFailures(earlier: readonly StepFailure[], outcomes: readonly LaneOutcome[]): StepFailure[] {
  const now = outcomes.flatMap(outcome => (outcome.failure === undefined ? [] : [outcome.failure]));
  return [...earlier.filter(failure => !failure.transient), ...now];
}
