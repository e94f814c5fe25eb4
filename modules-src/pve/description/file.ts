import type { Entry } from './entry.ts';
import type { Variables } from './variables.ts';

/**
 * The file of variables. Written here because js-yaml knows neither the words of YAML 1.1, which Ansible reads (`on`,
 * `1:30`), nor `!unsafe`, without which Ansible takes braces for an expression of its own.
 */
export const variablesFile = (entries: readonly Entry[], others: readonly string[]): string =>
  [
    '---',
    ...others.map(comment),
    `proxmox_vms:${entries.length === 0 ? ' []' : ''}`,
    ...entries.flatMap(entryLines),
    '',
  ].join('\n');

const comment = (text: string): string => `# ${printable(text)}`;

function entryLines({ variables, remarks }: Entry): readonly string[] {
  const [first = '', ...rest] = mapping(variables);
  return [
    ...remarks.map(remark => `  ${comment(remark)}`),
    `  - ${first}`,
    ...rest.map(line => `    ${line}`),
  ];
}

const mapping = (values: Variables): readonly string[] =>
  Object.entries(values).flatMap(([key, value]) => {
    if (Array.isArray(value)) return [`${key}: [${value.map(scalar).join(', ')}]`];
    if (typeof value !== 'object' || value === null) return [`${key}: ${scalar(value)}`];
    const inner = mapping({ ...value });
    return inner.length === 0 ? [`${key}: {}`] : [`${key}:`, ...inner.map(line => `  ${line}`)];
  });

/**
 * YAML 1.1 ends a line, and a comment, at more characters than `\n`, and refuses a file that has others that nobody sees. Who
 * may write keys or notes of a VM shall not write lines of this file.
 */
const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu,
    found => `\\U${(found.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );

const PLAIN = /^[A-Za-z_][\w.-]*$/;
/** Words that YAML 1.1 takes for something else than a text. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

function scalar(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  if (PLAIN.test(value) && !WORD.test(value)) return value;
  const quoted = printable(JSON.stringify(value));
  return /\{[{%#]/.test(value) ? `!unsafe ${quoted}` : quoted;
}
