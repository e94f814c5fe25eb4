import { canonicalJson } from '../runtime/json.ts';

type Row = Readonly<Record<string, unknown>>;

/** An answer as a table with lines around it: one row each, or keys and values of a single object. */
export function table(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const rows = Array.isArray(answer) ? answer.filter(isRow) : keysAndValues(answer);
  const columns = [...new Set(rows.flatMap(row => Object.keys(row)))].sort();
  if (columns.length === 0) return undefined;
  const cells = rows.map(row => columns.map(column => cell(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map(row => row[index]?.length ?? 0)),
  );
  const line = (left: string, fill: string, middle: string, right: string): string =>
    left + widths.map(width => fill.repeat(width + 2)).join(middle) + right;
  const text = (row: readonly string[]): string =>
    `│ ${row.map((value, index) => value.padEnd(widths[index] ?? 0)).join(' │ ')} │`;
  const body = cells.map(text).join(`\n${line('├', '─', '┼', '┤')}\n`);
  return [
    line('┌', '─', '┬', '┐'),
    text(columns),
    line('╞', '═', '╪', '╡'),
    body,
    line('└', '─', '┴', '┘'),
  ].join('\n');
}

function keysAndValues(object: object): readonly Row[] {
  return Object.entries(object as Row).map(([key, value]) => ({ key, value }));
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : canonicalJson(value);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}
