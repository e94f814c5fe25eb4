import type { Parameters } from '../cli/command.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import type { ParameterProblem } from '../runtime/failure.ts';
import { separatorOf, type ParameterSchemas, type ValueSchema } from '../schema/kinds.ts';
import { checkValue, verifyParameters } from '../schema/verify.ts';

/** A value as it came: a text of a form, or anything of a JSON body; a list where a name was given several times. */
export type GivenValue = string | number | boolean | null | readonly GivenValue[] | object;
export type GivenParameters = ReadonlyMap<string, GivenValue>;

const UNKNOWN = 'property is not defined in schema and the schema does not allow additional properties';

/** The parameters of a REST call as handlers take them; fails with all that is wrong with them. */
export function verifyGiven(schemas: ParameterSchemas, given: GivenParameters): Parameters {
  const problems: ParameterProblem[] = [];
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    const schema = schemas[name];
    if (!schema) {
      problems.push({ parameter: name, problem: UNKNOWN });
      continue;
    }
    const text = textOf(schema, value);
    if (text === undefined) problems.push({ parameter: name, problem: wrongKind(schema, value) });
    else values.set(name, text);
  }
  const known = new Set(problems.map(({ parameter }) => parameter));
  const present = new Map([
    ...values,
    ...[...given.keys()].filter(name => known.has(name)).map(name => [name, ''] as const),
  ]);
  problems.push(...verifyParameters(schemas, present).filter(({ parameter }) => !known.has(parameter)));
  problems.push(...looseBooleans(schemas, values));
  if (problems.length > 0) throw new ParameterFailure(problems);
  return values;
}

/** Values as texts, as far as they are any: what permissions are looked up with before anything is verified. */
export function asTexts(given: GivenParameters): Parameters {
  return new Map(
    [...given].map(([name, value]) => [name, textOf({ type: 'string', isList: true }, value) ?? ''] as const),
  );
}

function textOf(schema: ValueSchema, value: GivenValue): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (value === null) return '';
  if (!Array.isArray(value) || !schema.isList) return undefined;
  return (value as readonly GivenValue[])
    .map(item => textOf({ type: 'string' }, item) ?? '')
    .join(separatorOf(schema));
}

function wrongKind({ type }: ValueSchema, value: GivenValue): string {
  return `type check ('${type}') failed - got ${Array.isArray(value) ? 'ARRAY' : 'HASH'}`;
}

// On the command line `yes` is a boolean too; over HTTP only 1 and 0 are.
function looseBooleans(schemas: ParameterSchemas, values: Parameters): readonly ParameterProblem[] {
  return [...values].flatMap(([parameter, value]) => {
    const schema = schemas[parameter];
    const isLoose =
      schema?.type === 'boolean' &&
      !/^[01]$/.test(value) &&
      checkValue(parameter, schema, value) === undefined;
    return isLoose ? [{ parameter, problem: `type check ('boolean') failed - got '${value}'` }] : [];
  });
}
