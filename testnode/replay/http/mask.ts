import { mask } from '../mask.ts';
import { isObject } from './json.ts';
import type { Json } from './json.ts';

/** What differs between two answers to the same call on real nodes, beside what `mask` knows from the commands. */
const MASKS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\b[0-9A-F]{2}(:[0-9A-F]{2}){31}\b/g, 'FINGERPRINT'],
  [/\bPVE:([^:\s]+):[0-9A-F]{8}::\S+/g, 'PVE:$1:TICKET'],
  [/^[0-9A-F]{8}:(<secret>|[\w+/=-]{20,})$/g, 'CSRF'],
  [/^<secret>$/g, 'UUID'],
  // The recorded node ran from its sources, which have no revision.
  [/(pve-manager\/[\d.]+)\/[0-9a-f]+/g, '$1/unknown'],
  [/( at \/usr\/share\/perl5\/\S+ line )\d+/g, '$1N'],
  [/got '[0-9a-f]{32,128}'/g, "got 'SUM'"],
  [/--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--|\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME'],
  [/[\d.]+ [KMG]?B\/s/g, 'SPEED'],
  // How far a download or a copy had come when somebody looked.
  [/^( *\d+K [. ]+(\d+%.*)?|transferred .*)(\n|$)/gm, ''],
];

/** Figures of the machine: when, how much is free or used, how busy. A zero says that there is none, and is kept. */
const FIGURES: ReadonlySet<string> = new Set(
  (
    'repoid ctime starttime endtime pstart pid uptime mtime snaptime saved t avail available free used used_fraction total ' +
    'mem memhost freemem cpu wait idle loadavg netin netout diskread diskwrite ballooninfo'
  ).split(' '),
);
/** What a guest that has just begun to run may have none of yet. */
const GUEST_FIGURES: ReadonlySet<string> = new Set(
  'cpu diskread diskwrite mem memhost netin netout uptime'.split(' '),
);
/** The same for the objects that stand for a machine or its storage, where `max` is the machine's too. */
const MACHINE_FIGURES: ReadonlySet<string> = new Set(['disk', 'maxdisk', 'maxmem', 'maxcpu']);
const MACHINES: ReadonlySet<Json> = new Set(['node', 'storage']);
/** Comma-separated words in the order of a Perl hash. */
const WORD_SETS: ReadonlySet<string> = new Set(['content']);

/** A text of an answer with everything random replaced. */
export function maskText(text: string): string {
  const masked = MASKS.reduce(
    (current, [pattern, replacement]) => current.replace(pattern, replacement),
    text,
  );
  return mask(masked);
}

/** A body as lines that can be compared: one for each value, one for each element of a list, in no order. */
export function bodyLines(body: Json, path = ''): readonly string[] {
  if (isLog(body)) return maskText(body.map(({ t }) => `${t}\n`).join('')).split('\n');
  if (Array.isArray(body))
    return body.length === 0
      ? [`${path}: []`]
      : body.map((element: Json) => `${path}[]: ${canonical(element)}`).sort();
  if (isObject(body)) {
    const keys = Object.keys(body);
    return keys.length === 0
      ? [`${path}: {}`]
      : keys.sort().flatMap(key => bodyLines(maskedEntry(body, key), path === '' ? key : `${path}.${key}`));
  }
  return `${path}: ${typeof body === 'string' ? maskText(body) : JSON.stringify(body)}`.split('\n');
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(typeof value === 'string' ? maskText(value) : value);
  const entries = Object.keys(value).sort();
  return `{${entries.map(key => `${key}: ${canonical(maskedEntry(value, key))}`).join(', ')}}`;
}

function maskedEntry(object: { readonly [key: string]: Json }, key: string): Json {
  const value = object[key] ?? null;
  if (key === 'nics') return Object.keys(isObject(value) ? value : {}).sort();
  if (object['status'] === 'running' && GUEST_FIGURES.has(key)) return 'FIGURE';
  if (isFigure(object, key) && value !== 0 && value !== null && !isObject(value)) return 'FIGURE';
  if (WORD_SETS.has(key) && typeof value === 'string') return value.split(',').sort().join(',');
  return value;
}

function isFigure(object: { readonly [key: string]: Json }, key: string): boolean {
  return (
    FIGURES.has(key) ||
    key.startsWith('pressure') ||
    (MACHINES.has(object['type'] ?? null) && MACHINE_FIGURES.has(key))
  );
}

/** A task's log: numbered lines. How often a copy tells of its progress differs, and with it the numbers. */
function isLog(body: Json): body is readonly { readonly n: number; readonly t: string }[] {
  return (
    Array.isArray(body) &&
    body.length > 0 &&
    body.every(
      (line: Json) => isObject(line) && typeof line['n'] === 'number' && typeof line['t'] === 'string',
    )
  );
}
