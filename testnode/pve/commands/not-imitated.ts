import type { Command } from '../cli/command.ts';
import { PveFailure } from '../runtime/failure.ts';
import { REQUIRED_TEXT, VMID } from '../options/command-options.ts';
import { TEXT } from '../schema/schema.ts';
import type { ParameterSchemas } from '../schema/schema.ts';

/** A command that PVE has and this node only knows the usage of. */
export function notImitated(
  name: string,
  positional: readonly string[],
  options: ParameterSchemas = {},
): Command {
  const parameters = Object.fromEntries(
    positional.map(parameter => [parameter, parameter === 'vmid' ? VMID : REQUIRED_TEXT] as const),
  );
  return {
    name,
    positional,
    parameters: { ...parameters, ...options },
    run: () => {
      throw new PveFailure(`the test node does not imitate '${name}'`);
    },
  };
}

/** Stands for options that nobody looks at. */
export const SOME_OPTIONS: ParameterSchemas = { timeout: TEXT };
