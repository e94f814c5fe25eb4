import type { Cluster, Reading, WayOfWork } from '../sdk/cluster.ts';
import type { ModuleDefinition, Problem } from '../sdk/define-module.ts';
import { UserError } from '../sdk/error.ts';
import type { Options, ValuesOf } from '../sdk/option.ts';
import { wordedFor, type Reader } from '../sdk/option-name.ts';
import { answerOf } from './answer.ts';
import { readArguments, type AnsibleContext, type Arguments } from './arguments.ts';
import { BrokenOff, converge, type Retry } from './converge.ts';
import { interrupted, watchSignals } from '../system/interrupt.ts';
import { maskSecrets, secretsOf } from './mask.ts';
import { withCompletion } from './complete.ts';
import { withEnvironment } from './environment.ts';
import { writeResult } from './output.ts';
import { removeAbandonedFiles, removePrivateFiles } from '../system/private-files.ts';
import { goesByApi, omitted, placeFor, readerOf, type RoleVariables } from './reader.ts';
import { deprecationsOf, failureResult, type Deprecation, type Result } from './result.ts';
import { validate, type Validator } from './validate.ts';

/** Opens the way to Proxmox VE that the parameters say. */
export type Open<Asked extends Reading> = (values: Values) => Cluster<Asked> | Promise<Cluster<Asked>>;

const NOT_OF_ROLE: RoleVariables = { given: {}, always: [], others: [] };

/** Runs a module as Ansible expects it: arguments in, one line of JSON out, whatever happens. */
export async function runModule<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  validator: Validator,
  open: Open<Asked>,
  variables: RoleVariables = NOT_OF_ROLE,
): Promise<void> {
  watchSignals();
  const result = await answer(definition, validator, open, variables);
  removePrivateFiles();
  removeAbandonedFiles();
  writeResult(result);
  // Not process.exit(): what is written must reach the pipe first.
  process.exitCode = result['failed'] === true ? 1 : 0;
}

async function answer<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  validator: Validator,
  open: Open<Asked>,
  variables: RoleVariables,
): Promise<Result> {
  const before = readerOf(variables, false);
  let input: Arguments;
  try {
    input = readArguments();
  } catch (error) {
    return wordedFor(before, failureResult(error));
  }
  input = { ...input, params: withEnvironment(input.params, process.env, before.isInRole) };
  const reader = readerOf(variables, goesByApi(input.params));
  const result = await resultOf(definition, validator, open, input, reader, variables);
  return wordedFor(reader, maskSecrets(result, secretsOf(definition.params, input.params)));
}

async function resultOf<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  validator: Validator,
  open: Open<Asked>,
  { context, params: raw }: Arguments,
  reader: Reader,
  variables: RoleVariables,
): Promise<Result> {
  try {
    const { completion } = definition;
    const standIn = completion?.standIn(raw);
    const { values, problems: misfits } = validate(definition, validator, { ...raw, ...standIn });
    const problems = [...omitted(reader, variables, raw), ...misfits];
    // Without it, another machine would be looked at.
    const isNowhere = problems.some(({ variable }) => variable === 'api_host');
    if (isNowhere || (problems.length > 0 && !definition.reportsProblems))
      throw invalid(definition.name, problems, reader, variables);
    const cluster = await open(values);
    const deprecations = deprecationsOf(definition.params, raw);
    const run = (given: Values): Promise<Result> =>
      // The validator has just proved that the values have the types that the options name.
      convergedResult(definition, given as ValuesOf<P>, { problems, context, deprecations }, cluster);
    const work =
      completion === undefined || standIn === undefined
        ? run(values)
        : withCompletion(completion, values, context.checkMode, cluster, run);
    const result = await work.catch((error: unknown) => failed(error, context));
    return withWork(result, await cluster.end());
  } catch (error) {
    return failed(error, context);
  }
}

/** The door's warnings follow those of the module. */
function withWork(result: Result, { warnings, told }: WayOfWork): Result {
  const own: unknown = result['warnings'];
  const all: readonly unknown[] = [...(Array.isArray(own) ? (own as unknown[]) : []), ...warnings];
  return { ...result, ...told, ...(all.length > 0 && { warnings: all }) };
}

function failed(error: unknown, context: AnsibleContext): Result {
  const { cause, steps, show } = error instanceof BrokenOff ? error : { cause: error };
  return failureResult(interrupted.aborted ? interrupted.reason : cause, steps, context, show);
}

type Values = Readonly<Record<string, unknown>>;

/** What came with the parameters. */
interface Given {
  readonly problems: readonly Problem[];
  readonly context: AnsibleContext;
  readonly deprecations: readonly Deprecation[];
}

async function convergedResult<P extends Options, Observed, Asked extends Reading>(
  definition: ModuleDefinition<P, Observed, Asked>,
  params: ValuesOf<P>,
  { problems, context, deprecations }: Given,
  cluster: Cluster<Asked>,
): Promise<Result> {
  const circumstances = { checkMode: context.checkMode, problems };
  const converged = await converge(definition, params, circumstances, retryOf(params), cluster);
  try {
    return answerOf(definition, params, converged, { context, deprecations, show: cluster.show });
  } catch (error) {
    throw context.checkMode ? error : new BrokenOff(error, converged.steps, cluster);
  }
}

function retryOf(params: Readonly<Record<string, unknown>>): Retry {
  const { retries, retry_delay: delay } = params;
  return { retries: typeof retries === 'number' ? retries : 0, delay: typeof delay === 'number' ? delay : 0 };
}

/** Problems of parameters, by the names that the reader knows. */
function invalid(
  name: string,
  problems: readonly Problem[],
  reader: Reader,
  variables: RoleVariables,
): UserError {
  const worded = problems.map(({ variable: path, message, fix, ...problem }) => {
    const variable = placeFor(reader, variables, path);
    const inWords = (text: string): string => text.replace(path, () => variable);
    return { ...problem, variable, message: inWords(message), fix: inWords(fix) };
  });
  const lines = worded.map(({ message, fix }) => `${message}; ${fix}`);
  return new UserError(`${name}: ${lines.join('; ')}`, { problems: worded });
}
