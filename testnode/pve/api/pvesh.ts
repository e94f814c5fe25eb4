import { ROOT } from '../access/caller.ts';
import { parseArguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { readSecret } from '../cli/read-secret.ts';
import { messageOf, ParameterFailure, PveFailure, UsageFailure } from '../runtime/failure.ts';
import { complain, print } from '../runtime/output.ts';
import { BOOLEAN, oneOf } from '../schema/kinds.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';
import { verifyParameters } from '../schema/verify.ts';
import { normalise } from '../schema/values.ts';
import { Answer } from './answer.ts';
import { formatAnswer } from './format-answer.ts';
import { findRoute, segments } from './route.ts';
import type { MatchedRoute } from './route.ts';
import { ROUTES } from './routes.ts';

/** Commands of `pvesh` and the methods that they stand for; those without one are known by name alone. */
const METHODS: Readonly<Record<string, string>> = {
  get: 'GET',
  create: 'POST',
  set: 'PUT',
  delete: 'DELETE',
  ls: '',
  usage: '',
};
const FORMAT_OPTIONS: ParameterSchemas = {
  'human-readable': BOOLEAN,
  noborder: BOOLEAN,
  noheader: BOOLEAN,
  noproxy: BOOLEAN,
  'output-format': oneOf('text', 'json', 'json-pretty', 'yaml'),
  quiet: BOOLEAN,
};

/** `pvesh`: the API from the command line. */
export async function runPvesh(argv: readonly string[]): Promise<number> {
  const [method = '', path = '', ...rest] = argv;
  if (!(method in METHODS) || path === '') {
    complain(method === '' ? 'ERROR: no command specified' : `ERROR: unknown command 'pvesh ${method}'`);
    return 255;
  }
  const matched = findRoute(ROUTES, METHODS[method] ?? '', segments(path));
  if (!matched) {
    complain(`No '${method}' handler defined for '${path}'`);
    return 1;
  }
  return callRoute(method, matched, rest);
}

async function callRoute(
  method: string,
  { route, inPath }: MatchedRoute,
  argv: readonly string[],
): Promise<number> {
  const command: Command = {
    name: method,
    positional: [],
    parameters: { ...route.parameters, ...FORMAT_OPTIONS },
    ...(route.secrets ? { secrets: route.secrets } : {}),
    run: () => undefined,
  };
  try {
    const given = readOptions(command, argv);
    const shown = formatAnswer(
      dataOf(await route.answer(new Map([...inPath, ...given]), ROOT)),
      given.get('output-format'),
    );
    if (shown !== undefined && given.get('quiet') !== '1') print(shown);
    return 0;
  } catch (error) {
    complain(messageOf(error));
    if (error instanceof ParameterFailure || error instanceof UsageFailure) {
      complain(`pvesh ${method} <api_path> [OPTIONS] [FORMAT_OPTIONS]`);
    }
    return error instanceof PveFailure ? error.exitCode : 255;
  }
}

function readOptions(command: Command, argv: readonly string[]): ReadonlyMap<string, string> {
  const { options, words, valueless } = parseArguments(command, argv);
  if (words.length > 0) throw new UsageFailure('400 too many arguments');
  const values = new Map(options);
  for (const name of valueless) if (command.secrets?.includes(name)) values.set(name, readSecret());
  const problems = verifyParameters(command.parameters, values);
  if (problems.length > 0) throw new ParameterFailure(problems);
  for (const [name, value] of values) {
    const schema = command.parameters[name];
    if (schema) values.set(name, normalise(schema, value));
  }
  return values;
}

// What stands beside the data is for clients of the API.
function dataOf(answer: unknown): unknown {
  return answer instanceof Answer ? answer.data : answer;
}
