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
  return { type: 'object', ...(option.keys && { propertyNames: { pattern: option.keys.regex } }) };
}
