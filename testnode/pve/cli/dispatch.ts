import { readFileSync } from 'node:fs';
import { complain, print } from '../runtime/output.ts';
import { messageOf, ParameterFailure, PveFailure, UsageFailure } from '../runtime/failure.ts';
import { normalise, verifyParameters } from '../schema/verify.ts';
import { parseArguments } from './arguments.ts';
import type { Command, Parameters, Program } from './command.ts';
import { readSecret } from './read-secret.ts';
import { commandHelp, fullUsage, usageLine } from './usage.ts';

const NO_SUCH_FILE = 2;

/** Runs the command that a command line asks for and answers the exit code. */
export async function dispatch(program: Program, argv: readonly string[]): Promise<number> {
  if (argv[0] === 'help') return showHelp(program, argv.slice(1));
  const found = findCommand(program, argv);
  if (!found) {
    const [first] = argv;
    complain(
      first === undefined
        ? 'ERROR: no command specified'
        : `ERROR: unknown command '${program.name} ${first}'`,
    );
    complain(fullUsage(program));
    return 255;
  }
  return runCommand(program, found.command, found.rest);
}

async function runCommand(program: Program, command: Command, argv: readonly string[]): Promise<number> {
  try {
    await command.run(readParameters(command, argv));
    return 0;
  } catch (error) {
    complain(messageOf(error));
    if (error instanceof ParameterFailure || error instanceof UsageFailure)
      complain(usageLine(program, command));
    if (!(error instanceof PveFailure) && process.env.TESTNODE_DEBUG) console.error(error);
    return error instanceof PveFailure ? error.exitCode : 255;
  }
}

function readParameters(command: Command, argv: readonly string[]): Parameters {
  const { options, words, valueless } = parseArguments(command, argv);
  const values = new Map([...namePositional(command, words), ...options]);
  for (const [name, convert] of Object.entries(command.files ?? {})) {
    const path = values.get(name);
    if (path !== undefined) values.set(name, convert(readGivenFile(path)));
  }
  for (const name of valueless) {
    if (command.secrets?.includes(name)) values.set(name, readSecret());
  }
  const problems = verifyParameters(command.parameters, values);
  if (problems.length > 0) throw new ParameterFailure(problems);
  return normaliseAll(command, values);
}

function namePositional(command: Command, words: readonly string[]): readonly (readonly [string, string])[] {
  const required = command.positional.filter(name => command.parameters[name]?.required);
  if (words.length < required.length) throw new UsageFailure('400 not enough arguments');
  const last = command.positional.at(-1);
  if (command.takesRest && last !== undefined && words.length >= command.positional.length) {
    const fixed = command.positional.length - 1;
    return [...pair(command, words.slice(0, fixed)), [last, words.slice(fixed).join('\n')]];
  }
  if (words.length > command.positional.length) throw new UsageFailure('400 too many arguments');
  return pair(command, words);
}

function pair(command: Command, words: readonly string[]): readonly (readonly [string, string])[] {
  return words.map((word, index) => [command.positional[index] ?? '', word] as const);
}

function normaliseAll(command: Command, values: ReadonlyMap<string, string>): Parameters {
  return new Map(
    [...values].map(([name, value]) => {
      const schema = command.parameters[name];
      return [name, schema ? normalise(schema, value) : value] as const;
    }),
  );
}

function readGivenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new PveFailure(`can't open '${path}' - No such file or directory`, NO_SUCH_FILE);
  }
}

function findCommand(
  program: Program,
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  const commands = program.groups.flat();
  for (const length of [2, 1]) {
    const typed = argv.slice(0, length).join(' ');
    const name = program.aliases[typed] ?? typed;
    const command = commands.find(candidate => candidate.name === name);
    if (command && argv.length >= length) return { command, rest: argv.slice(length) };
  }
  return undefined;
}

function showHelp(program: Program, argv: readonly string[]): number {
  const found = findCommand(program, argv);
  print(found ? commandHelp(program, found.command) : fullUsage(program));
  return 0;
}
