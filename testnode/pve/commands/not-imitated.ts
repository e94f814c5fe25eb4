import type { Command, Parameters } from '../cli/command.ts';
import { PveFailure } from '../runtime/failure.ts';
import { REQUIRED_TEXT, VMID } from '../options/command.ts';
import { TEXT } from '../schema/kinds.ts';
import type { ParameterSchemas, ValueSchema } from '../schema/kinds.ts';

/** A command that PVE has and this node only knows the usage of, and by `refuse` what PVE refuses; `?` ends the name of a parameter that may be left out. */
export function notImitated(
  name: string,
  positional: readonly string[],
  options: ParameterSchemas = {},
  refuse: (parameters: Parameters) => void = () => undefined,
): Command {
  const parameters = Object.fromEntries(
    positional.map(parameter => [parameter.replace('?', ''), schemaOf(parameter)] as const),
  );
  return {
    name,
    positional: positional.map(parameter => parameter.replace('?', '')),
    parameters: { ...parameters, ...options },
    run: parameters => {
      refuse(parameters);
      throw new PveFailure(`the test node does not imitate '${name}'`);
    },
  };
}

function schemaOf(parameter: string): ValueSchema {
  if (parameter.endsWith('?')) return TEXT;
  return parameter === 'vmid' ? VMID : REQUIRED_TEXT;
}
