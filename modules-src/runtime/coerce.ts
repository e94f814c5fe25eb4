import { isDictionary, parseJson } from '../sdk/dictionary.ts';
import { nearest } from '../sdk/nearest.ts';
import type { DictOption, ListOption, Option, Options, StringOption } from '../sdk/option.ts';
import { tellerOf } from './way-out.ts';

/** A value that does not fit; `path` leads to it, as in `clones[0].vmid`. */
export interface Misfit {
  readonly path: string;
  readonly says: string;
  /** What to do; absent: its option tells how a value of it is written. */
  readonly fix?: string;
}

export interface Coerced {
  readonly values: Readonly<Record<string, unknown>>;
  readonly misfits: readonly Misfit[];
}

const TRUE = new Set(['yes', 'y', 'on', '1', 'true', 't']);
const FALSE = new Set(['no', 'n', 'off', '0', 'false', 'f']);

/**
 * Turns what Jinja produced into the types that the options name, as Ansible's Python modules do; applies aliases
 * and defaults. An empty text counts as absent: until ansible-core 2.19, `{{ none }}` arrives as one.
 */
export function coerce(options: Options, raw: Readonly<Record<string, unknown>>, prefix = ''): Coerced {
  const misfits: Misfit[] = unknownNames(options, raw, prefix);
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(options)) {
    const given = givenValue(name, option, raw);
    const value = given ?? option.default;
    if (value === undefined) continue;
    const result = coerceValue(option, value, prefix + name);
    misfits.push(...result.misfits);
    if (result.value !== undefined) values[name] = result.value;
  }
  return { values, misfits };
}

function givenValue(name: string, option: Option, raw: Readonly<Record<string, unknown>>): unknown {
  const value = [name, ...(option.aliases ?? [])]
    .map(key => (Object.hasOwn(raw, key) ? raw[key] : undefined))
    .find(candidate => candidate !== undefined && candidate !== null);
  return value === '' ? undefined : value;
}

function unknownNames(options: Options, raw: Readonly<Record<string, unknown>>, prefix: string): Misfit[] {
  const others = Object.keys(raw).filter(name => !Object.hasOwn(options, name));
  if (others.length === 0) return [];
  const known = Object.entries(options).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  return others
    .filter(name => !known.includes(name))
    .map(name => {
      const meant = nearest(name, known);
      const fix = meant === undefined ? 'remove it' : `did you mean ${meant}?`;
      return { path: prefix + name, says: 'is not known', fix };
    });
}

interface Single {
  readonly value?: unknown;
  readonly misfits: readonly Misfit[];
}

const fits = (value: unknown): Single => ({ value, misfits: [] });

/** Words why a value does not fit. */
type Refuse = (must: string) => Single;

const refusalOf =
  (option: Option, value: unknown, path: string): Refuse =>
  must => ({ misfits: [{ path, says: `is ${tellerOf(option)(value)}; ${must}` }] });

function coerceValue(option: Option, value: unknown, path: string): Single {
  const refuse = refusalOf(option, value, path);
  switch (option.type) {
    case 'int':
    case 'float':
      return coerceNumber(value, option.type === 'int', refuse);
    case 'bool':
      return coerceBoolean(value, refuse);
    case 'list':
      return coerceList(option, value, path, refuse);
    case 'dict':
      return coerceDict(option, value, path, refuse);
    default:
      return coerceText(option, wordMeant(option.choices, value), path, refuse);
  }
}

/**
 * YAML reads the words on, off, yes and no as booleans. Where one choice alone can have been meant, it is taken, as Ansible's
 * own argument spec does (ansible-core 2.16 and 2.19, check_argument_values).
 */
function wordMeant(choices: readonly unknown[] | undefined, value: unknown): unknown {
  if (choices === undefined || choices.includes(value)) return value;
  const words = value === true || value === 'True' ? TRUE : value === false || value === 'False' ? FALSE : [];
  const meant = choices.filter(choice => [...words].some(word => word === choice));
  return meant.length === 1 ? meant[0] : value;
}

/** What neither a line of a configuration nor YAML nor, NUL, an argument of a program can hold. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** The text itself is not told: it may be a secret. */
function withoutControls(text: string, path: string): Misfit[] {
  const found = CONTROL.exec(text)?.[0];
  if (found === undefined) return [];
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return [
    { path, says: `has the control character U+${code}, which no configuration can hold`, fix: 'remove it' },
  ];
}

/** The same of everything in a dictionary whose entries have no options of their own. */
function controlsIn(value: unknown, path: string): Misfit[] {
  if (typeof value === 'string') return withoutControls(value, path);
  if (isList(value)) return value.flatMap((item, index) => controlsIn(item, `${path}[${index}]`));
  if (!isDictionary(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...withoutControls(key, path),
    ...controlsIn(item, CONTROL.test(key) ? path : `${path}.${key}`),
  ]);
}

const isOneOfMany = (path: string): boolean => /[.[]/.test(path);

/** Whoever has put it in quotes would look for another fault. Inside a list or a dictionary it stays a text. */
const READ_AS = '; ansible-core before 2.19 makes a list or a dictionary of one that reads as such';

/** `yes` as a password, or `no` as a name: nobody means the words that Python has for them. */
function coerceText(
  { choices, orBoolean }: Pick<StringOption, 'choices' | 'orBoolean'>,
  value: unknown,
  path: string,
  refuse: Refuse,
): Single {
  if (typeof value === 'string') return { value, misfits: withoutControls(value, path) };
  if (typeof value === 'number') return fits(String(value));
  if (typeof value !== 'boolean') return refuse(`must be a text${isOneOfMany(path) ? '' : READ_AS}`);
  return orBoolean === true || choices !== undefined
    ? fits(value ? 'True' : 'False')
    : refuse('must be a text, in quotes where YAML reads a word as yes or no');
}

function coerceNumber(value: unknown, whole: boolean, refuse: Refuse): Single {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return refuse('must be a number');
  if (whole && !Number.isSafeInteger(number)) return refuse('must be a whole number');
  return fits(number);
}

function coerceBoolean(value: unknown, refuse: Refuse): Single {
  if (typeof value === 'boolean') return fits(value);
  const word =
    typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : '';
  if (TRUE.has(word)) return fits(true);
  if (FALSE.has(word)) return fits(false);
  return refuse('must be yes or no');
}

function coerceList(option: ListOption, value: unknown, path: string, refuse: Refuse): Single {
  const items = listItems(value)?.flatMap(item => separated(item, option.separators));
  if (items === undefined) return refuse('must be a list');
  const results = items.map((item, index) => coerceElement(option, item, `${path}[${index}]`));
  return { value: results.map(result => result.value), misfits: results.flatMap(result => result.misfits) };
}

function listItems(value: unknown): readonly unknown[] | undefined {
  if (isList(value)) return value;
  if (typeof value !== 'string') return typeof value === 'number' ? [value] : undefined;
  const parsed = parseJson(value);
  return isList(parsed) ? parsed : value.split(',').map(item => item.trim());
}

/** A text that holds several, such as tags in PVE's own form. */
const separated = (item: unknown, separators: string | undefined): readonly unknown[] =>
  typeof item !== 'string' || separators === undefined || item === ''
    ? [item]
    : item.split(new RegExp(`[${separators}]+`)).filter(part => part !== '');

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function coerceElement(option: ListOption, item: unknown, path: string): Single {
  const refuse = refusalOf(option, item, path);
  if (option.elements === 'int') return coerceNumber(item, true, refuse);
  if (option.elements === 'str') return coerceText({}, item, path, refuse);
  const { description, options } = option;
  return coerceDict({ type: 'dict', description, ...(options && { options }) }, item, path, refuse);
}

function coerceDict(option: DictOption, value: unknown, path: string, refuse: Refuse): Single {
  const dict = typeof value === 'string' ? parseJson(value) : value;
  if (!isDictionary(dict)) return refuse('must be a dictionary');
  if (option.values ?? option.texts) return coerceValues(option, dict, path);
  if (!option.options) return { value: dict, misfits: controlsIn(dict, path) };
  const { values, misfits } = coerce(option.options, dict, `${path}.`);
  return { value: values, misfits };
}

function coerceValues(
  { values: options, texts }: DictOption,
  dict: Readonly<Record<string, unknown>>,
  path: string,
): Single {
  const results = Object.entries(dict).map(([key, value]) => {
    const isText = options === undefined || (texts !== undefined && !isDictionary(value));
    const option: Option = isText
      ? { type: 'str', description: '' }
      : { type: 'dict', description: '', options };
    return [key, coerceValue(option, value, `${path}.${key}`)] as const;
  });
  return {
    value: Object.fromEntries(results.map(([key, { value }]) => [key, value])),
    misfits: results.flatMap(([, { misfits }]) => misfits),
  };
}
