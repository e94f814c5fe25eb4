import { ONE_LINE } from '../../modules-src/pve/text/patterns.ts';
import type { Option, Options } from '../../modules-src/sdk/option.ts';

/** The sentences that describe something. */
export const sentences = ({ description }: Pick<Option, 'description'>): readonly string[] =>
  typeof description === 'string' ? [description] : description;

/** Markdown code spans and references in ansible-doc's markup. */
export const toAnsibleMarkup = (text: string): string => text.replace(/`([^`()]+)`/g, 'C($1)');

/** ansible-doc's markup in Markdown. */
export const toMarkdown = (text: string): string => text.replace(/\b[CMVO]\(([^)]+)\)/g, '`$1`');

/** Options of a module in the words of Ansible's documentation. */
export function optionDocs(options: Options): Readonly<Record<string, unknown>> {
  return eachOf(options, option => ({
    description: described(option, limits(option)),
    type: option.type,
    ...('elements' in option && { elements: option.elements }),
    ...(option.required && { required: true }),
    ...('choices' in option && { choices: option.choices }),
    ...(option.default !== undefined && { default: option.default }),
    ...(option.aliases && { aliases: option.aliases }),
    ...('options' in option && { suboptions: optionDocs(option.options) }),
  }));
}

/**
 * Variables of the role in the words of an argument spec that refuses no value: Ansible prints the whole spec, 31,000 bytes
 * on one line, beside one refusal without a way out (2.16 to 2.19, action validate_argument_spec). Stage 1 refuses better.
 * What a value is to be stands in the description, which is one text: Ansible reads and copies the spec at every run, and
 * what that takes is counted in texts. There is no `no_log`: until 2.18 it refuses every value that Vault has encrypted,
 * and hides nothing that the check could show.
 */
export function argumentSpec(options: Options): Readonly<Record<string, unknown>> {
  return eachOf(options, option => ({
    description: described(option, [
      ...kindOf(option),
      ...limits(option),
      ...(option.required ? ['Required.'] : []),
    ]).join(' '),
    type: option.type === 'str' || option.type === 'path' ? option.type : 'raw',
    ...(option.default !== undefined && { default: option.default }),
    ...('options' in option && { options: argumentSpec(option.options) }),
  }));
}

const eachOf = (options: Options, docOf: (option: Option) => object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).map(([name, option]) => [name, docOf(option)]));

const described = (option: Option, more: readonly string[]): readonly string[] =>
  [...sentences(option), ...more].map(toAnsibleMarkup);

const KINDS = {
  int: 'A whole number.',
  float: 'A number.',
  bool: 'True or false.',
  dict: 'A dictionary.',
} as const;

const ELEMENTS = { str: 'texts', int: 'whole numbers', dict: 'dictionaries' } as const;

/** What a value is, in words; of a text its type says it. */
function kindOf(option: Option): readonly string[] {
  switch (option.type) {
    case 'str':
    case 'path':
      return option.choices === undefined ? [] : [`One of ${option.choices.join(', ')}.`];
    case 'list':
      return [`A list of ${ELEMENTS[option.elements]}.`];
    default:
      return [KINDS[option.type]];
  }
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
