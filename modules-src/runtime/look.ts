import type { Part, Reading } from '../sdk/cluster.ts';
import type { Answer, ModuleDefinition } from '../sdk/define-module.ts';
import type { Options, ValuesOf } from '../sdk/option.ts';
import { answerOf } from './answer.ts';
import { validate } from './validate.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a module that has nothing to do would answer. */
export interface Looked<Observed> {
  readonly answer: Answer;
  readonly observed: Observed;
}

/**
 * Looks through the eyes of a module at what there is, as its own run would: undefined where it would do something, or
 * not run to its end. Its parameters stand for ones that were validated under other names.
 */
export async function lookFor<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  given: Values,
  cluster: Part<Asked>,
): Promise<Looked<Observed> | undefined> {
  const { completion } = definition;
  const standIn = completion?.standIn(given);
  const { values, problems } = validate(definition, takeAll, { ...given, ...standIn });
  if (problems.length > 0 || missing(definition.params, values)) return undefined;
  const whole =
    completion === undefined || standIn === undefined
      ? values
      : await completion.complete(values, { checkMode: false }, cluster);
  // The mapping of the stages is typed, and preflight has validated what it maps.
  return whole && nothingToDo(definition, whole as ValuesOf<P>, cluster);
}

const takeAll = (): boolean => true;

const missing = (options: Options, values: Values): boolean =>
  Object.entries(options).some(([name, { required }]) => required === true && values[name] === undefined);

async function nothingToDo<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  params: ValuesOf<P>,
  cluster: Part<Asked>,
): Promise<Looked<Observed> | undefined> {
  const observed = await definition.observe(params, { checkMode: false, problems: [] }, cluster);
  if (definition.plan(params, observed).some(lane => lane.length > 0)) return undefined;
  const converged = { observed, first: observed, steps: [], left: [], failures: [], retried: [] };
  const context = { checkMode: false, diff: false };
  const answer = answerOf(definition, params, converged, {
    context,
    deprecations: [],
    show: () => undefined,
  });
  return { answer, observed };
}
