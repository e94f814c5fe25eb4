import type { Option } from '../sdk/option.ts';

/** Of a URL that may be malformed, with whatever stands in its password. */
const LOGIN = /:\/\/.*@/s;

/** Of one that lacks its beginning. */
const BARE_LOGIN = /(?<![^\s"/:@])[^\s"/:@…]+:[^\s":…]*@/g;

/** What may be a key to its file. */
const QUERY = /(:\/\/[^"?]*\?)[^"]+/g;

/** A value as a message shows it: without the login and the query of a URL. */
export function shown(value: unknown): string {
  const text =
    value === undefined
      ? 'absent'
      : JSON.stringify(value).replace(LOGIN, '://…@').replace(BARE_LOGIN, '…@').replaceAll(QUERY, '$1…');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** How a message tells a value of the option: a secret is not told. */
export const tellerOf = ({ secret }: Pick<Option, 'secret'>): ((value: unknown) => string) =>
  secret ? () => '(hidden)' : shown;

/** What to write instead of a value that does not fit its option. */
export function wayOut(option: Option | undefined, path: string): string {
  if (option?.type === 'bool') return 'write true or false';
  const sample = option === undefined ? undefined : sampleOf(option, path.endsWith(']'));
  if (option === undefined || sample === undefined) return `correct ${path}`;
  return `write it like ${inYaml(sample)}${'unit' in option ? ` (${option.unit})` : ''}`;
}

/** A good value: of the whole option, or of one element of its list. */
function sampleOf(option: Option, isElement: boolean): unknown {
  const sample = option.example ?? option.default ?? ('min' in option ? Math.max(option.min, 1) : undefined);
  return isElement && Array.isArray(sample) ? sample[0] : sample;
}

/** JSON is YAML, too; a text needs no quotes. */
const inYaml = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
