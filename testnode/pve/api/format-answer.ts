import { canonicalJson, prettyJson } from '../runtime/json.ts';

/** An answer as `--output-format` asks for it; nothing when there is nothing to show. */
export function formatAnswer(answer: unknown, format: string | undefined): string | undefined {
  if (answer === undefined || answer === null) return undefined;
  switch (format) {
    case 'json':
      return canonicalJson(answer);
    case 'json-pretty':
      return prettyJson(answer);
    case 'yaml':
      return `---\n${yaml(answer, '')}`.trimEnd();
    default:
      return typeof answer === 'object' ? table(answer) : JSON.stringify(answer).replace(/^"|"$/g, '');
  }
}

// The two layouts for people are not imitated line by line: keys and values, one a line.
function table(answer: object): string {
  const rows = Array.isArray(answer) ? (answer as readonly unknown[]) : [answer];
  return rows.map(row => (isRecord(row) ? keyValues(row) : String(row))).join('\n\n');
}

function keyValues(record: Readonly<Record<string, unknown>>): string {
  return Object.keys(record)
    .sort()
    .map(key => `${key}: ${isRecord(record[key]) ? canonicalJson(record[key]) : String(record[key])}`)
    .join('\n');
}

function yaml(value: unknown, indent: string): string {
  if (Array.isArray(value))
    return value.map(item => `${indent}- ${yaml(item, `${indent}  `).trimStart()}`).join('');
  if (!isRecord(value)) return `${indent}${scalar(value)}\n`;
  return Object.keys(value)
    .sort()
    .map(key => {
      const item = value[key];
      return typeof item === 'object' && item !== null
        ? `${indent}${key}:\n${yaml(item, `${indent}  `)}`
        : `${indent}${key}: ${scalar(item)}\n`;
    })
    .join('');
}

function scalar(value: unknown): string {
  const text = String(value);
  return typeof value === 'string' && /^(\s.*|\d+(\.\d+)?|)$/.test(text) ? `'${text}'` : text;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
