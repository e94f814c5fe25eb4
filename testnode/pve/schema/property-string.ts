import type { PropertySchema, PropertySchemas, ValueSchema } from './kinds.ts';
import { missingFor, normalise } from './values.ts';

export type Properties = Map<string, string>;

/** What is wrong with one value, or nothing; a value may be a property string itself. */
type CheckValue = (path: string, schema: ValueSchema, value: string) => string | undefined;

interface Parsed {
  readonly properties: Properties;
  /** Why the text is no list of properties at all. */
  readonly problem?: string;
}

/** The properties of a text such as `virtio=BC:24:11:00:00:01,bridge=vmbr0`, aliases resolved, booleans as 1 and 0. */
export function parsePropertyString(schemas: PropertySchemas, text: string): Properties {
  const { properties } = split(schemas, text);
  for (const [key, value] of properties) {
    const schema = schemas[key];
    if (schema) properties.set(key, normalise(schema, value));
  }
  return properties;
}

/** Properties as PVE writes them: the one that needs no key, then the others in alphabetical order. */
export function formatPropertyString(schemas: PropertySchemas, properties: Properties): string {
  const isDefault = (key: string): boolean => schemas[key]?.isDefault === true;
  return [...properties]
    .sort(([left], [right]) => Number(isDefault(right)) - Number(isDefault(left)) || (left < right ? -1 : 1))
    .map(([key, value]) => (isDefault(key) ? value : `${key}=${value}`))
    .join(',');
}

/** What is wrong with a property string, all of it, or nothing. */
export function checkPropertyString(
  path: string,
  schemas: PropertySchemas,
  text: string,
  checkValue: CheckValue,
): string | undefined {
  const { properties, problem } = split(schemas, text);
  if (problem !== undefined) return problem;
  const problems = [
    ...missingProperties(path, schemas, properties),
    ...[...properties].flatMap(([key, value]) =>
      invalidProperty(`${path}.${key}`, schemas[key], value, checkValue),
    ),
  ];
  return problems.length === 0 ? undefined : `format error\n${problems.join('\n')}`;
}

function split(schemas: PropertySchemas, text: string): Parsed {
  const properties: Properties = new Map();
  for (const part of text.split(',').filter(piece => piece.trim() !== '')) {
    const problem = take(schemas, properties, part);
    if (problem !== undefined) return { properties, problem };
  }
  return { properties };
}

function take(schemas: PropertySchemas, properties: Properties, part: string): string | undefined {
  const match = /^([^=]+)=(.+)$/s.exec(part);
  if (match) return takeKey(schemas, properties, match[1] ?? '', match[2] ?? '');
  if (part.includes('=')) return 'missing key in comma-separated list property';
  return takeDefault(schemas, properties, part);
}

function takeKey(
  schemas: PropertySchemas,
  properties: Properties,
  key: string,
  value: string,
): string | undefined {
  if (properties.has(key)) return duplicate(key);
  const { target = key, keyFor } = schemas[key]?.alias ?? {};
  if (keyFor !== undefined) {
    if (properties.has(keyFor)) return `key alias '${keyFor}' is already defined`;
    properties.set(keyFor, key);
  }
  if (target !== key && properties.has(target)) return `key '${target}' is already defined (via alias)`;
  properties.set(target, value);
  return undefined;
}

function takeDefault(schemas: PropertySchemas, properties: Properties, value: string): string | undefined {
  const key = Object.entries(schemas).find(([, schema]) => schema.isDefault)?.[0];
  if (key === undefined) return 'value without key, but schema does not define a default key';
  if (properties.has(key)) return duplicate(key);
  properties.set(key, value);
  return undefined;
}

function duplicate(key: string): string {
  return `duplicate key in comma-separated list property: ${key}`;
}

function missingProperties(
  path: string,
  schemas: PropertySchemas,
  properties: Properties,
): readonly string[] {
  return Object.entries(schemas).flatMap(([key, schema]) => {
    if (schema.required && !properties.has(key)) {
      return [`${path}.${key}: property is missing and it is not optional`];
    }
    const { requires } = schema;
    if (requires === undefined || !properties.has(key) || properties.has(requires)) return [];
    return [`${path}.${requires}: ${missingFor(`${path}.${key}`)}`];
  });
}

function invalidProperty(
  path: string,
  schema: PropertySchema | undefined,
  value: string,
  checkValue: CheckValue,
): readonly string[] {
  if (!schema || schema.alias) {
    return [`${path}: property is not defined in schema and the schema does not allow additional properties`];
  }
  const problem = checkValue(path, schema, value);
  return problem === undefined ? [] : [`${path}: ${problem}`];
}
