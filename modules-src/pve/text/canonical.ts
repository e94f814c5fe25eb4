import { isDictionary } from '../../sdk/dictionary.ts';

/** Data as one text that is the same in whichever order it was written down. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (!isDictionary(value)) return JSON.stringify(value);
  const said = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const entries = said.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalText(entry)}`).join(',')}}`;
}

/** The same data without what says nothing. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isDictionary(value)) return value;
  const entries = Object.entries(value).filter(([, entry]) => saysSomething(entry));
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutEmpty(entry)]));
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
