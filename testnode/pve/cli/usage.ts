import type { Command, Program } from './command.ts';

const INDENT = '       ';

/** One line: `qm disk resize <vmid> <disk> <size> [OPTIONS]`. */
export function usageLine(program: Program, command: Command): string {
  const { positional, parameters } = command;
  const words = positional.map(name => (parameters[name]?.required ? `<${name}>` : `[<${name}>]`));
  const options = Object.entries(parameters).filter(([name]) => !positional.includes(name));
  const required = options
    .filter(([, schema]) => schema.required)
    .map(([name, schema]) => `--${name} <${schema.type}>`);
  const others = options.length > required.length ? ' [OPTIONS]' : '';
  return `${program.name} ${command.name} ${[...words, ...required].join(' ')}${others}${command.hasFormatOptions ? ' [FORMAT_OPTIONS]' : ''}`;
}

/** All commands, as PVE shows them to whoever types something else. */
export function fullUsage(program: Program): string {
  const groups = program.groups.map(group =>
    group.map(command => `${INDENT}${usageLine(program, command)}\n`).join(''),
  );
  const help = `${INDENT}${program.name} help [<extra-args>] [OPTIONS]`;
  return `USAGE: ${program.name} <COMMAND> [ARGS] [OPTIONS]\n\n${groups.join('\n')}\n${help}`;
}

/** All commands as PVE shows them after a word that begins several: with the word before each. */
export function ambiguousUsage(program: Program, word: string): string {
  const named = { ...program, name: `${program.name} ${word}` };
  const lines = program.groups.flat().map(command => `${INDENT}${usageLine(named, command)}\n`);
  const help = `${INDENT}${named.name} help [<extra-args>] [OPTIONS]`;
  return `USAGE: ${program.name} <COMMAND> [ARGS] [OPTIONS]\n\n${lines.join('')}${help}`;
}

/** The commands of a group such as `disk`. */
export function groupUsage(program: Program, group: string): string {
  const lines = program.groups
    .flat()
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(command => `${INDENT}${usageLine(program, command)}`);
  return `USAGE: ${program.name} <COMMAND> [ARGS] [OPTIONS]\n\n${lines.join('\n')}`;
}

/** What `help <command>` prints: the usage and each parameter with its type. */
export function commandHelp(program: Program, command: Command): string {
  const parameters = Object.entries(command.parameters).map(([name, schema]) => {
    const shown = command.positional.includes(name) ? `<${name}>` : `--${name}`;
    const type = schema.enum ? schema.enum.join(' | ') : schema.type;
    return `  ${shown.padEnd(10)} <${type}>\n`;
  });
  return `USAGE: ${usageLine(program, command)}\n\n${parameters.join('\n')}`;
}
