import type { ParameterSchemas } from '../schema/kinds.ts';

/** Checked parameters of a command, positional ones included. */
export type Parameters = ReadonlyMap<string, string>;

/** One command of a PVE program. */
export interface Command {
  /** Words after the program: `create`, `disk resize`. */
  readonly name: string;
  /** Names of the parameters that stand without `--`, in order; those in `optional` may be left out. */
  readonly positional: readonly string[];
  readonly parameters: ParameterSchemas;
  /** Whether all further words belong to the last positional parameter, joined by newlines. */
  readonly takesRest?: boolean;
  /** Whether the usage mentions PVE's options for the format of output. */
  readonly hasFormatOptions?: boolean;
  /** Options whose value may be typed on standard input, twice. */
  readonly secrets?: readonly string[];
  /** Options that name a file whose content is meant, with what becomes of the content. */
  readonly files?: Readonly<Record<string, (content: string) => string>>;
  /** What it resolves to is not shown: a command prints. */
  readonly run: (parameters: Parameters) => unknown;
}

/** A program: its commands in the order and groups of its usage, and its aliases. */
export interface Program {
  readonly name: string;
  readonly groups: readonly (readonly Command[])[];
  readonly aliases: Readonly<Record<string, string>>;
}

/** The VMID that nearly every command is about. */
export function vmidOf(parameters: Parameters): number {
  return Number(parameters.get('vmid'));
}

/** True when a boolean option was given and is on. */
export function isSet(parameters: Parameters, name: string): boolean {
  return parameters.get(name) === '1';
}

/** The value of a parameter that the schema requires. */
export function given(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new Error(`parameter ${name} is required by its schema, yet missing`);
  return value;
}
