import type { ParameterProblem } from '../runtime/failure.ts';
import { checkFormat } from './formats.ts';
import { checkPropertyString } from './property-string.ts';
import type { ParameterSchemas, ValueSchema } from './schema.ts';

const TRUE = /^(1|on|yes|true)$/i;
const FALSE = /^(0|off|no|false)$/i;

/** All that is wrong with the values of a command's parameters, in PVE's words. */
export function verifyParameters(
  schemas: ParameterSchemas,
  values: ReadonlyMap<string, string>,
): readonly ParameterProblem[] {
  const invalid = [...values].flatMap(([parameter, value]) => {
    const schema = schemas[parameter];
    const problem = schema && checkValue(parameter, schema, value);
    return problem === undefined ? [] : [{ parameter, problem }];
  });
  const missing = Object.entries(schemas)
    .filter(([parameter, schema]) => schema.required && !values.has(parameter))
    .map(([parameter]) => ({ parameter, problem: 'property is missing and it is not optional' }));
  return [...invalid, ...missing];
}

/** What is wrong with one value, or nothing. `path` names it in the problems of its own properties. */
export function checkValue(path: string, schema: ValueSchema, value: string): string | undefined {
  return checkType(schema, value) ?? checkText(path, schema, value) ?? checkLimits(schema, value);
}

/** A value as PVE keeps it: booleans as 1 and 0, anything else as given. */
export function normalise(schema: ValueSchema, value: string): string {
  if (schema.type !== 'boolean') return value;
  return TRUE.test(value) ? '1' : '0';
}

function checkType({ type }: ValueSchema, value: string): string | undefined {
  const fits =
    type === 'string' ||
    (type === 'integer' && /^[+-]?\d+$/.test(value)) ||
    (type === 'number' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) ||
    (type === 'boolean' && (TRUE.test(value) || FALSE.test(value)));
  return fits ? undefined : `type check ('${type}') failed - got '${value}'`;
}

function checkLimits(schema: ValueSchema, value: string): string | undefined {
  if (schema.type !== 'integer' && schema.type !== 'number') return undefined;
  if (schema.min !== undefined && Number(value) < schema.min) {
    return `value must have a minimum value of ${schema.min}`;
  }
  if (schema.max !== undefined && Number(value) > schema.max) {
    return `value must have a maximum value of ${schema.max}`;
  }
  return undefined;
}

function checkText(path: string, schema: ValueSchema, value: string): string | undefined {
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    return `value may only be ${schema.maxLength} characters long`;
  }
  const problems =
    (schema.properties && checkPropertyString(path, schema.properties, value)) ??
    (schema.format && checkFormat(schema.format, value));
  if (problems !== undefined) return `invalid format - ${problems}\n`;
  if (schema.pattern && !schema.pattern.test(value)) return 'value does not match the regex pattern';
  if (schema.enum && !schema.enum.includes(value)) {
    return `value '${value}' does not have a value in the enumeration '${schema.enum.join(', ')}'`;
  }
  return undefined;
}
