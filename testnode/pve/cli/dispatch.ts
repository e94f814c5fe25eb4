import { readFileSync } from 'node:fs';
import { complain, print } from '../runtime/output.ts';
import { isSystemError, messageOf, ParameterFailure, PveFailure, UsageFailure } from '../runtime/failure.ts';
import { verifyParameters } from '../schema/verify.ts';
import { isBoolean, normalise } from '../schema/values.ts';
import { parseArguments } from './arguments.ts';
import type { Command, Parameters, Program } from './command.ts';
import { readSecret } from './read-secret.ts';
import { findCommand } from './find-command.ts';
import { ambiguousUsage, commandHelp, fullUsage, groupUsage, usageLine } from './usage.ts';

const NO_COMMAND = 255;
const CANNOT_READ = 2;

/** Runs the command that a command line asks for and answers the exit code. */
export async function dispatch(program: Program, argv: readonly string[]): Promise<number> {
  if (argv[0] === 'help') return showHelp(program, argv.slice(1));
  if (argv.length === 0) return refuse('no command specified', fullUsage(program));
  const found = findCommand(program, argv);
  switch (found.kind) {
    case 'command':
      return runCommand(program, found.command, found.rest);
    case 'group':
      return refuse(`incomplete command '${program.name} ${found.name}'`, groupUsage(program, found.name));
    case 'several':
      return refuse(
        `incomplete command '${program.name} ${found.name}'`,
        ambiguousUsage(program, found.name),
      );
    case 'none':
      return refuse(`unknown command '${program.name} ${found.name}'`, fullUsage(program));
  }
}

function refuse(problem: string, usage: string): number {
  complain(`ERROR: ${problem}`);
  complain(usage);
  return NO_COMMAND;
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
  const positional = namePositional(command, words);
  const values = new Map([...positional, ...options, ...positional]);
  for (const name of valueless) {
    if (command.secrets?.includes(name)) values.set(name, readSecret());
  }
  assertBooleans(command, values);
  for (const [name, convert] of Object.entries(command.files ?? {})) {
    const path = values.get(name);
    if (path !== undefined) values.set(name, convert(readGivenFile(path)));
  }
  const problems = verifyParameters(command.parameters, values);
  if (problems.length > 0) throw new ParameterFailure(problems);
  return normaliseAll(command, values);
}

function assertBooleans(command: Command, values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    if (command.parameters[name]?.type === 'boolean' && !isBoolean(value)) {
      throw new UsageFailure('400 unable to parse boolean option');
    }
  }
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
  } catch (error) {
    throw new PveFailure(
      isSystemError(error, 'EISDIR')
        ? `unable to read file '${path}' - Is a directory`
        : `can't open '${path}' - No such file or directory`,
      CANNOT_READ,
    );
  }
}

function showHelp(program: Program, argv: readonly string[]): number {
  if (argv.length === 0) {
    print(fullUsage(program));
    return 0;
  }
  const found = findCommand(program, argv);
  if (found.kind === 'command') print(commandHelp(program, found.command));
  else if (found.kind === 'group') print(groupUsage(program, found.name));
  else return refuse(`unknown command '${argv[0] ?? ''}'`, fullUsage(program));
  return 0;
}
