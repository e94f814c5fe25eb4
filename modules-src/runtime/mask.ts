import { parseJson } from '../sdk/dictionary.ts';
import { optionsWithin, type Option, type Options } from '../sdk/option.ts';

const WHOLE = 'VALUE_SPECIFIED_IN_NO_LOG_PARAMETER';
const PART = '********';

/** What must not be shown, and what is shown although it holds something of that. */
export interface Secrets {
  /** Longest first. */
  readonly texts: readonly string[];
  /**
   * What the VM and the node are called, longest first: debian-12 is told by its name, and stays it where the role hands it on,
   * whoever has `debian` for a password.
   */
  readonly names: readonly string[];
}

const longestFirst = (texts: readonly string[]): string[] =>
  [...new Set(texts)].sort((a, b) => b.length - a.length);

/** Gathered from the parameters as they came. */
export function secretsOf(options: Options, raw: Readonly<Record<string, unknown>>): Secrets {
  const names = Object.keys(options).filter(name => NAMING.test(name));
  return {
    texts: longestFirst(allTexts(options, raw)),
    names: longestFirst(names.flatMap(name => raw[name]).filter(isName)),
  };
}

/** Options whose value says which VM or node it is. */
const NAMING = /(?:^|_)(?:name|node)$/;

const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z][a-z\d.-]*$/i.test(value);

const allTexts = (options: Options, raw: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(options).flatMap(([name, option]) => secretTexts(name, option, raw));

function secretTexts(name: string, option: Option, raw: Readonly<Record<string, unknown>>): string[] {
  const values = [name, ...(option.aliases ?? [])].map(key => raw[key]);
  if (option.secret) return values.flatMap(texts);
  const nested = optionsWithin(option);
  if (nested === undefined) return [];
  const isFree = option.type === 'dict' && option.values !== undefined;
  const held = isFree
    ? values.flatMap(value => records(value).flatMap(record => Object.values(record)))
    : values;
  return held.flatMap(value => records(value).flatMap(record => allTexts(nested, record)));
}

/** Lists and dictionaries may arrive as JSON, and their secrets with them. */
function records(value: unknown): Record<string, unknown>[] {
  if (typeof value === 'string') return records(parseJson(value));
  if (Array.isArray(value)) return value.flatMap(records);
  return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value, ...escaped(value)];
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return [];
}

/** The same secret as it stands inside quoted or URL-encoded text, in a form that was sent, and without blanks around it. */
function escaped(value: string): string[] {
  const sent = new URLSearchParams({ '': value }).toString().slice(1);
  return [JSON.stringify(value).slice(1, -1), encodeURIComponent(value), sent, value.trim()].filter(
    form => form !== value && form !== '',
  );
}

/** Replaces every secret in every text of a result, as Ansible's Python modules do. Keys are left alone. */
export function maskSecrets<T>(value: T, secrets: Secrets): T {
  // Masking keeps the shape: texts stay texts, and a number that is a secret has no type to keep.
  return masked(value, secrets) as T;
}

function masked(value: unknown, secrets: Secrets): unknown {
  if (typeof value === 'string') return maskText(value, secrets);
  if (typeof value === 'number') return secrets.texts.includes(String(value)) ? WHOLE : value;
  if (Array.isArray(value)) return value.map(item => masked(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, secrets)]));
}

/** Shorter ones are a part of most words: starred in them, no message would tell anything. */
const SHORTEST = 4;
/** What ends a word, or stands for a character that does. */
const [BEFORE, AFTER] = ['(?<=^|[^\\p{L}\\p{N}]|\\\\[bfnrt]|%[0-9A-F]{2})', '(?![\\p{L}\\p{N}])'];

/** A short secret is starred where it stands for itself: as a word of its own. */
function starred(text: string, secret: string): string {
  if (secret.length >= SHORTEST) return text.replaceAll(secret, PART);
  return text.replace(new RegExp(`${BEFORE}${literal(secret)}${AFTER}`, 'gu'), PART);
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function maskText(text: string, { texts, names }: Secrets): string {
  const kept = names.filter(name => texts.some(secret => name.includes(secret)));
  if (kept.length === 0) return texts.includes(text) ? WHOLE : texts.reduce(starred, text);
  return text
    .split(new RegExp(`(?<![\\w.])(${kept.map(literal).join('|')})(?![\\w.])`))
    .map((part, index) => (index % 2 === 1 ? part : maskText(part, { texts, names: [] })))
    .join('');
}
