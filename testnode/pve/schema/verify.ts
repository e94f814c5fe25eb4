import type { ParameterProblem } from '../runtime/failure.ts';
import { checkFormat } from './formats.ts';
import { isBoolean, missingFor } from './values.ts';
import { checkPropertyString, parsePropertyString } from './property-string.ts';
import { splitList } from './split-list.ts';
import type { ParameterSchemas, ValueSchema } from './kinds.ts';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

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
  return [...invalid, ...missing(schemas, values), ...unmet(schemas, values)];
}

/** What is wrong with one value, or nothing. `path` names it in the problems of its own properties. */
export function checkValue(path: string, schema: ValueSchema, value: string): string | undefined {
  return (
    checkType(schema, value) ??
    checkText(path, schema, value) ??
    checkLimits(schema, value) ??
    checkEnum(schema, value)
  );
}

function missing(
  schemas: ParameterSchemas,
  values: ReadonlyMap<string, string>,
): readonly ParameterProblem[] {
  return Object.entries(schemas)
    .filter(([parameter, schema]) => schema.required && !values.has(parameter))
    .map(([parameter]) => ({ parameter, problem: 'property is missing and it is not optional' }));
}

function unmet(schemas: ParameterSchemas, values: ReadonlyMap<string, string>): readonly ParameterProblem[] {
  return [...values.keys()].flatMap(name => {
    const required = schemas[name]?.requires;
    if (required === undefined || values.has(required)) return [];
    return [{ parameter: required, problem: missingFor(name) }];
  });
}

function checkType({ type }: ValueSchema, value: string): string | undefined {
  const fits =
    type === 'string' ||
    (type === 'integer' && /^[+-]?\d+$/.test(value)) ||
    (type === 'number' && NUMBER.test(value)) ||
    (type === 'boolean' && isBoolean(value));
  return fits ? undefined : `type check ('${type}') failed - got '${value}'`;
}

// PVE looks at whatever reads as a number, and at the upper limit first.
function checkLimits({ min, max }: ValueSchema, value: string): string | undefined {
  if (!NUMBER.test(value)) return undefined;
  if (max !== undefined && Number(value) > max) return `value must have a maximum value of ${max}`;
  if (min !== undefined && Number(value) < min) return `value must have a minimum value of ${min}`;
  return undefined;
}

function checkText(path: string, schema: ValueSchema, value: string): string | undefined {
  const problem = checkItems(path, schema, value);
  if (problem !== undefined) return `invalid format - ${problem}\n`;
  if (schema.pattern && !schema.pattern.test(value)) return 'value does not match the regex pattern';
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    return `value must be at least ${schema.minLength} characters long`;
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    return `value may only be ${schema.maxLength} characters long`;
  }
  return undefined;
}

function checkItems(path: string, schema: ValueSchema, value: string): string | undefined {
  const { properties, format } = schema;
  if (properties) {
    const problem =
      checkPropertyString(path, properties, value, checkValue) ??
      schema.check?.(parsePropertyString(properties, value));
    if (problem !== undefined) return problem;
  }
  if (format === undefined) return undefined;
  const items = schema.isList ? splitList(value) : [value];
  return items.map(item => checkFormat(format, item)).find(problem => problem !== undefined);
}

function checkEnum({ enum: words }: ValueSchema, value: string): string | undefined {
  if (!words || words.includes(value)) return undefined;
  return `value '${value}' does not have a value in the enumeration '${words.join(', ')}'`;
}
