import { UsageFailure } from '../runtime/failure.ts';
import { separatorOf, type ParameterSchemas } from '../schema/kinds.ts';
import type { Command } from './command.ts';

/** What stands on a command line: options with their values and the words between them. */
export interface ParsedArguments {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  /** Options that were given without their optional value. */
  readonly valueless: readonly string[];
}

/** What has been read of a command line so far. */
interface Reading {
  readonly command: Command;
  readonly options: Map<string, string>;
  readonly words: string[];
  readonly valueless: string[];
  readonly complaints: string[];
}

/**
 * Reads arguments as Perl's Getopt::Long does for PVE: `--name value`, `--name=value` and `-name value`, letters of
 * either case, names as short as they are clear, booleans and secrets with or without a value, lists given in pieces.
 */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArguments {
  const reading: Reading = { command, options: new Map(), words: [], valueless: [], complaints: [] };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') reading.words.push(...rest.splice(0));
    else if (/^-./s.test(word)) readOption(reading, word, rest);
    else reading.words.push(word);
  }
  if (reading.complaints.length > 0) {
    throw new UsageFailure([...reading.complaints, '400 unable to parse option'].join('\n'));
  }
  return reading;
}

function readOption(reading: Reading, word: string, rest: string[]): void {
  const { command, complaints } = reading;
  // Only two dashes take a value after `=`.
  const [, typed = '', given] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [word, word.replace(/^--?/, '')];
  const [name, ...others] = matchingNames(command.parameters, typed.toLowerCase());
  if (name === undefined) complaints.push(`Unknown option: ${typed.toLowerCase()}`);
  else if (others.length > 0) {
    const names = [name, ...others].map(candidate => candidate.toLowerCase()).sort();
    complaints.push(`Option ${typed.toLowerCase()} is ambiguous (${names.join(', ')})`);
  } else if (isOptional(command, name)) takeOptional(reading, name, given, rest);
  else takeRequired(reading, name, given, rest);
}

/** The option of this name, else those whose name begins so. */
function matchingNames(parameters: ParameterSchemas, typed: string): readonly string[] {
  const names = Object.keys(parameters);
  const exact = names.find(name => name.toLowerCase() === typed);
  return exact === undefined ? names.filter(name => name.toLowerCase().startsWith(typed)) : [exact];
}

function isOptional(command: Command, name: string): boolean {
  return command.parameters[name]?.type === 'boolean' || (command.secrets?.includes(name) ?? false);
}

// An optional value is what follows, unless that is an option.
function takeOptional(reading: Reading, name: string, given: string | undefined, rest: string[]): void {
  const isNext = given === undefined && rest[0] !== undefined && !/^-./s.test(rest[0]);
  const value = isNext ? rest.shift() : given;
  if (value === undefined || value === '') reading.valueless.push(name);
  reading.options.set(name, value === undefined || value === '' ? '1' : value);
}

function takeRequired(reading: Reading, name: string, given: string | undefined, rest: string[]): void {
  const value = given ?? rest.shift();
  if (value === undefined || given === '') {
    reading.complaints.push(`Option ${name} requires an argument`);
    return;
  }
  const before = reading.options.get(name);
  const schema = reading.command.parameters[name];
  const isFurther = schema?.isList === true && before !== undefined;
  reading.options.set(name, isFurther ? `${before}${separatorOf(schema)}${value}` : value);
}
