import type { DictOption, ListOption, Option, Options } from './option.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * JSON Schema (draft 07) of the coerced values of a set of options: the source of the validators that the build
 * compiles and of the editor schema. Defaults are listed for editors; the runtime applies them before validation.
 */
export function schemaOf(options: Options): JsonSchema {
  const entries = Object.entries(options);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, option]) => [name, optionSchema(option)])),
    required: entries.filter(([, option]) => option.required).map(([name]) => name),
    additionalProperties: false,
  };
}

function optionSchema(option: Option): JsonSchema {
  switch (option.type) {
    case 'int':
    case 'float':
      return {
        type: option.type === 'int' ? 'integer' : 'number',
        ...(option.min !== undefined && { minimum: option.min }),
        ...(option.max !== undefined && { maximum: option.max }),
      };
    case 'bool':
      return { type: 'boolean' };
    case 'list':
      return { type: 'array', items: elementSchema(option) };
    case 'dict':
      return dictSchema(option);
    default:
      return {
        type: 'string',
        ...(option.choices && { enum: option.choices }),
        ...(option.pattern && { pattern: option.pattern.regex }),
      };
  }
}

function elementSchema(option: ListOption): JsonSchema {
  if (option.elements === 'int') return { type: 'integer' };
  if (option.elements === 'dict') return option.options ? schemaOf(option.options) : { type: 'object' };
  return { type: 'string', ...(option.pattern && { pattern: option.pattern.regex }) };
}

function dictSchema(option: DictOption): JsonSchema {
  if (option.options) return schemaOf(option.options);
  return {
    type: 'object',
    ...(option.keys && { propertyNames: { pattern: option.keys.regex } }),
    ...((option.values ?? option.texts) && { additionalProperties: entrySchema(option) }),
  };
}

/** What is said of texts does not count for dictionaries, nor the other way round. */
function entrySchema({ values, texts }: DictOption): JsonSchema {
  if (texts === undefined) return schemaOf(values ?? {});
  if (values === undefined) return { type: 'string', pattern: texts.regex };
  return { ...schemaOf(values), type: ['string', 'object'], pattern: texts.regex };
}

/**
 * What remains to be checked of coerced values, for the validators of the bundles: their types fit and their names are
 * known, so that most options need no code at all (a fifth of the largest bundle).
 */
export const constraintsOf = (options: Options): JsonSchema => constraints(schemaOf(options));

const SEEN_TO: ReadonlySet<string> = new Set(['type', 'additionalProperties']);

function constraints(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema)
    .filter(([keyword, value]) => !SEEN_TO.has(keyword) || (keyword !== 'type' && isSchema(value)))
    .map(([keyword, value]) => [keyword, keyword === 'properties' ? eachOf(value) : inner(value)] as const);
  return Object.fromEntries(kept.filter(([, value]) => !isEmpty(value)));
}

const inner = (value: unknown): unknown => (isSchema(value) ? constraints(value) : value);

/** Names of options are no keywords. */
function eachOf(properties: unknown): JsonSchema {
  const entries = Object.entries(isSchema(properties) ? properties : {});
  return Object.fromEntries(
    entries.map(([name, each]) => [name, inner(each)] as const).filter(([, each]) => !isEmpty(each)),
  );
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
