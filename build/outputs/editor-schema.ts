import { schemaOf, type JsonSchema } from '../../modules-src/sdk/json-schema.ts';
import type { Option } from '../../modules-src/sdk/option.ts';
import { variables } from '../../role-src/variables.ts';
import type { GeneratedFile } from './generated-file.ts';
import { sentences } from './option-docs.ts';

/** Anything may be computed; only plain values can be checked while they are written. */
const JINJA = { type: 'string', pattern: '\\{[{%]' };

/** docs/reference/proxmox-vars.schema.json: completion and checks for editors, for files of variables. */
export function editorSchema(): GeneratedFile {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Variables of the Ansible role proxmox',
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(variables).map(([name, option]) => [name, property(option)]),
    ),
    patternProperties: { '^proxmox_node_name$': {}, '^(?!proxmox_)': {} },
    additionalProperties: false,
  };
  return {
    path: 'docs/reference/proxmox-vars.schema.json',
    content: `${JSON.stringify(schema, undefined, 2)}\n`,
  };
}

function property(option: Option): JsonSchema {
  return {
    description: sentences(option).join(' '),
    ...(option.default !== undefined && { default: option.default }),
    ...(option.example !== undefined && { examples: [option.example] }),
    anyOf: [JINJA, valueSchema(option)],
  };
}

/** Schema of one value; the sdk makes schemas of whole sets. */
function valueSchema(option: Option): unknown {
  const { properties } = schemaOf({ value: option });
  return typeof properties === 'object' && properties !== null ? Reflect.get(properties, 'value') : {};
}
