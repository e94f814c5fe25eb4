import { optionsWithin, type Option, type Options } from '../../modules-src/sdk/option.ts';
import { limits, sentences, toMarkdown } from './option-docs.ts';

export const MARKDOWN_NOTICE = '<!-- generated from role-src; do not edit -->';

/** A table; cells may hold anything but line breaks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** Type with its choices, as Ansible names it. */
function typeText(option: Option): string {
  const type = 'elements' in option ? `list of ${option.elements}` : option.type;
  return 'choices' in option ? `${type}: ${option.choices.map(code).join(', ')}` : type;
}

export function defaultText({ required, default: value }: Option): string {
  if (required) return '**required**';
  if (value === undefined) return '–';
  return JSON.stringify(value).length > 60 ? 'see below' : code(value);
}

const descriptionText = (option: Option): string =>
  toMarkdown([...sentences(option), ...limits(option)].join(' ')) +
  (option.example === undefined ? '' : ` Example: ${code(option.example)}.`);

export const optionsTable = (options: Options, first: string): string =>
  table(
    [first, 'Type', 'Default', 'Description'],
    Object.entries(options).map(([name, option]) => [
      `\`${name}\``,
      typeText(option),
      defaultText(option),
      descriptionText(option),
    ]),
  );

/** Tables of the options inside dictionaries, under the name of what holds them. */
export const nestedTables = (options: Options, level: string): string =>
  Object.entries(options)
    .map(([name, option]) => {
      const within = optionsWithin(option);
      return within === undefined ? '' : `\n${level} Each of \`${name}\`\n\n${optionsTable(within, 'Key')}`;
    })
    .join('');
