import type { Door } from '../sdk/cluster.ts';
import type { Answer, LaneFailure, Notices } from '../sdk/define-module.ts';
import { UserError } from '../sdk/error.ts';
import type { Options } from '../sdk/option.ts';
import type { Change, Lane, Step } from '../sdk/step.ts';
import type { AnsibleContext } from './arguments.ts';
import type { Converged } from './converge.ts';
import type { StepFailure } from './perform.ts';

export type Result = Readonly<Record<string, unknown>>;

interface Telling {
  readonly notices: Notices;
  readonly report: Readonly<Record<string, unknown>>;
  readonly context: AnsibleContext;
  readonly deprecations: readonly Deprecation[];
  /** What could not be done is no failure of the task. */
  readonly onlyWarns: boolean;
  readonly show: Show;
}

type Show = Door['show'];

/** As Ansible prints it: [DEPRECATION WARNING]. */
export interface Deprecation {
  readonly msg: string;
}

/** What the user should no longer write, by the parameters as they came. */
export function deprecationsOf(options: Options, raw: Readonly<Record<string, unknown>>): Deprecation[] {
  return Object.entries(options).flatMap(([name, { deprecated, aliases = [] }]) => {
    const isGiven = [name, ...aliases].some(key => raw[key] !== undefined && raw[key] !== null);
    return deprecated === undefined || !isGiven ? [] : [{ msg: `${name} is deprecated: ${deprecated}` }];
  });
}

/** The result of a run that came to an end: all is as wanted, or it says what is left and why. */
export function successResult(
  converged: Converged<unknown>,
  { notices, report, context, deprecations, onlyWarns, show }: Telling,
): Answer {
  const { steps, left, failures, retried } = converged;
  const isUnfinished = left.length > 0;
  const failed = isUnfinished && !onlyWarns;
  const warnings = [
    ...(notices.warnings ?? []),
    ...(isUnfinished && onlyWarns ? [unfinishedMessage(converged)] : []),
    ...retried.map(failure => `tried again: ${reasonOf(failure)}`),
  ];
  return {
    ...report,
    changed: steps.some(({ changesNothing }) => changesNothing !== true),
    failed,
    msg: failed ? unfinishedMessage(converged) : doneMessage(steps, context.checkMode),
    steps: steps.map(step => showStep(step, show)),
    ...(isUnfinished && {
      left: left.flat().map(step => showStep(step, show)),
      failures: failures.map(showFailure),
    }),
    ...(warnings.length > 0 && { warnings }),
    ...(notices.pending?.length && { pending: notices.pending }),
    ...(deprecations.length > 0 && { deprecations }),
    ...(context.diff && { diff: diffOf(steps) }),
  };
}

/**
 * The result of a run that ended in an error: one of the user's, or a bug with its stack. What was done before it is
 * told like any other change.
 */
export function failureResult(
  error: unknown,
  steps: readonly Step[] = [],
  context?: AnsibleContext,
  show: Show = () => undefined,
): Result {
  const before = steps.length === 0 ? '' : `; before that: ${steps.map(step => step.summary).join('; ')}`;
  const done = {
    failed: true,
    changed: steps.length > 0,
    ...(steps.length > 0 && { steps: steps.map(step => showStep(step, show)) }),
    ...(context?.diff === true && steps.length > 0 && { diff: diffOf(steps) }),
  };
  if (error instanceof UserError) return { ...error.details, ...done, msg: `${error.message}${before}` };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { ...done, msg: `unexpected error: ${message}${before}`, exception: stack ?? message };
}

function doneMessage(steps: readonly Step[], checkMode: boolean): string {
  if (steps.length === 0) return 'nothing to do';
  return `${checkMode ? 'would ' : ''}${steps.map(step => step.summary).join('; ')}`;
}

/** One failure per lane that is left, with the reason as the message words it. */
export function laneFailures({ left, failures }: Converged<unknown>): LaneFailure[] {
  return left.map(lane => {
    const subject = lane[0]?.subject;
    const failure = failures.find(({ step }) => step.subject === subject);
    return { subject, reason: failure === undefined ? notKept([lane]) : reasonOf(failure) };
  });
}

const reasonOf = ({ step, reason }: StepFailure): string =>
  step.action.kind === 'refuse' ? reason : `cannot ${step.summary}: ${reason}`;

const notKept = (lanes: readonly Lane[]): string =>
  `done, yet still to do: ${lanes
    .flat()
    .map(step => step.summary)
    .join('; ')}; the node did not keep what was set`;

function unfinishedMessage({ left, failures }: Converged<unknown>): string {
  if (failures.length === 0) return notKept(left);
  return `${failures.map(reasonOf).join('; ')}; run the play again when this is mended`;
}

const showFailure = ({ step, reason }: StepFailure): Result => ({
  ...(step.subject !== undefined && { subject: step.subject }),
  step: step.summary,
  reason,
});

function showStep({ summary, action, subject, changes = [] }: Step, show: Show): Result {
  const command = action.kind === 'refuse' ? undefined : show(action);
  const effects = changes.flatMap(({ key, effect }) =>
    effect === undefined ? [] : [[key, effect] as const],
  );
  return {
    summary,
    ...(subject !== undefined && { subject }),
    ...(command !== undefined && { command }),
    ...(effects.length > 0 && { effects: Object.fromEntries(effects) }),
    ...(changes.length > 0 && {
      changes: changes.map(({ key, before, after }) => ({
        key,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      })),
    }),
  };
}

/** What Ansible prints with --diff: one line per setting, in the order of the steps. */
function diffOf(steps: readonly Step[]): Result {
  const changes = steps.flatMap(({ changes = [], subject }) =>
    changes.map(change => ({ ...change, subject })),
  );
  return { before: diffSide(changes, 'before'), after: diffSide(changes, 'after') };
}

function diffSide(
  changes: readonly (Change & { subject: string | undefined })[],
  side: 'before' | 'after',
): string {
  return changes
    .filter(change => change[side] !== undefined)
    .map(
      change =>
        `${change.subject === undefined ? '' : `${change.subject} `}${change.key}: ${change[side] ?? ''}\n`,
    )
    .join('');
}
