import { ONE_LINE } from '../../modules-src/pve/text/patterns.ts';
import type { Option, Options } from '../../modules-src/sdk/option.ts';

/** The sentences that describe something. */
export const sentences = ({ description }: Pick<Option, 'description'>): readonly string[] =>
  typeof description === 'string' ? [description] : description;

/** Markdown code spans and references in ansible-doc's markup. */
export const toAnsibleMarkup = (text: string): string => text.replace(/`([^`()]+)`/g, 'C($1)');

/** ansible-doc's markup in Markdown. */
export const toMarkdown = (text: string): string => text.replace(/\b[CMVO]\(([^)]+)\)/g, '`$1`');

/** What argument specs call the options of a dictionary: `options` in roles, `suboptions` in modules. */
type NestedKey = 'options' | 'suboptions';

/** Options in the words of Ansible's argument specs and documentation. */
export function optionDocs(options: Options, nested: NestedKey): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, optionDoc(option, nested)]),
  );
}

function optionDoc(option: Option, nested: NestedKey): Readonly<Record<string, unknown>> {
  return {
    description: [...sentences(option), ...limits(option)].map(toAnsibleMarkup),
    type: option.type,
    ...('elements' in option && { elements: option.elements }),
    ...(option.required && { required: true }),
    ...('choices' in option && { choices: option.choices }),
    ...(option.default !== undefined && { default: option.default }),
    ...(option.aliases && { aliases: option.aliases }),
    ...(option.secret && nested === 'options' && { no_log: true }),
    ...('options' in option && { [nested]: optionDocs(option.options, nested) }),
  };
}

/** What the validation demands beyond the type, in words; that a text is one line goes without saying. */
export function limits(option: Option): readonly string[] {
  const { min, max } = option.type === 'int' || option.type === 'float' ? option : {};
  return [
    ...(min !== undefined ? [max === undefined ? `At least ${min}.` : `From ${min} to ${max}.`] : []),
    ...('pattern' in option && option.pattern !== ONE_LINE ? [`Must be ${option.pattern.says}.`] : []),
    ...('keys' in option ? [`Keys: ${option.keys.says}.`] : []),
  ];
}
