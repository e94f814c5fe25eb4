import type { Command, Program } from './command.ts';

/** Where the words of a command line lead. */
export type FoundCommand =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
  /** A word such as `cloudinit`, which wants another one. */
  | { readonly kind: 'group'; readonly name: string }
  /** Words that begin several commands, or none. */
  | { readonly kind: 'several' | 'none'; readonly name: string };

/** Finds the command that the first words name; each word may be as short as it is clear. */
export function findCommand(program: Program, argv: readonly string[]): FoundCommand {
  const [first = '', ...rest] = withoutAlias(program, argv);
  const top = expand(names(program, ''), first);
  if (top.length > 1) return { kind: 'several', name: first };
  const [name] = top;
  if (name === undefined) return { kind: 'none', name: first };
  const command = commandOf(program, name);
  return command ? { kind: 'command', command, rest } : findInGroup(program, name, rest);
}

function findInGroup(program: Program, group: string, [word, ...rest]: readonly string[]): FoundCommand {
  if (word === undefined) return { kind: 'group', name: group };
  const [name, ...others] = expand(names(program, `${group} `), word);
  if (name === undefined) return { kind: 'none', name: `${group} ${word}` };
  if (others.length > 0) return { kind: 'several', name: `${group} ${word}` };
  const command = commandOf(program, `${group} ${name}`);
  return command ? { kind: 'command', command, rest } : findInGroup(program, `${group} ${name}`, rest);
}

function withoutAlias(program: Program, argv: readonly string[]): readonly string[] {
  const [first = '', ...rest] = argv;
  const target = program.aliases[first];
  return target === undefined ? argv : [...target.split(' '), ...rest];
}

/** The name that was meant: the word itself, or all that begin with it. */
function expand(candidates: readonly string[], word: string): readonly string[] {
  return candidates.includes(word) ? [word] : candidates.filter(name => name.startsWith(word));
}

/** The next words of all commands that begin with `prefix`. */
function names(program: Program, prefix: string): readonly string[] {
  const words = program.groups
    .flat()
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name }) => name.slice(prefix.length).split(' ')[0] ?? '');
  return [...new Set([...words, ...(prefix === '' ? ['help'] : [])])];
}

function commandOf(program: Program, name: string): Command | undefined {
  return program.groups.flat().find(command => command.name === name);
}
