import { UsageFailure } from '../runtime/failure.ts';
import type { Command } from './command.ts';

/** What stands on a command line: options with their values and the words between them. */
export interface ParsedArguments {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  /** Options that were given without their optional value. */
  readonly valueless: readonly string[];
}

/**
 * Reads arguments as Perl's Getopt::Long does for PVE: `--name value`, `--name=value` and `-name value`, letters of
 * either case, booleans and secrets with or without a value.
 */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArguments {
  const options = new Map<string, string>();
  const words: string[] = [];
  const valueless: string[] = [];
  const rest = [...argv];

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(word);
    if (word === '--') words.push(...rest.splice(0));
    else if (!word.startsWith('-') || word === '-' || !match) words.push(word);
    else {
      const name = optionName(command, match[1] ?? '');
      const value = match[2] ?? takeValue(command, name, rest);
      if (value === undefined) valueless.push(name);
      options.set(name, value ?? '1');
    }
  }
  return { options, words, valueless };
}

function optionName(command: Command, typed: string): string {
  const wanted = typed.toLowerCase();
  const name = Object.keys(command.parameters).find(
    candidate => candidate.toLowerCase() === wanted && !command.positional.includes(candidate),
  );
  if (name === undefined) throw new UsageFailure(`Unknown option: ${wanted}\n400 unable to parse option`);
  return name;
}

function takeValue(command: Command, name: string, rest: string[]): string | undefined {
  const isOptional = command.parameters[name]?.type === 'boolean' || command.secrets?.includes(name);
  const [next] = rest;
  if (isOptional) return next === undefined || /^-./.test(next) ? undefined : rest.shift();
  if (next === undefined) {
    throw new UsageFailure(`Option ${name} requires an argument\n400 unable to parse option`);
  }
  return rest.shift();
}
