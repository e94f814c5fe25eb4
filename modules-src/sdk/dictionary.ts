/** Values by their names, as JSON and YAML have them. */
export type Dictionary = Readonly<Record<string, unknown>>;

export const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What it says of itself; nothing where it is none. */
export const fieldsOf = (value: unknown): Dictionary => (isDictionary(value) ? value : {});

/** What JSON says; undefined: it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A part of what may have none. */
export const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

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
