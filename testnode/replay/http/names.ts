import { isObject } from './json.ts';
import type { Json } from './json.ts';

const UPID = /UPID:[\w-]+:([0-9A-F]{8}):[0-9A-F]{8,}:[0-9A-F]{8}:[^:\s]*:[^:\s]*:[^:\s]+:/g;
/** What a node makes up anew in each run, and a later step may name. */
const MADE_UP = [
  UPID,
  /PVE:[^:\s]+:[0-9A-F]{8}::\S+/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b[0-9A-F]{2}(?::[0-9A-F]{2}){5}\b/gi,
  /\b[0-9a-f]{40}\b/g,
  /\$5\$[\w./]+\$[\w./]+/g,
];
const UPID_IN_PATH = /UPID%3A[^/?&]*/g;
const ANY = new RegExp(MADE_UP.map(({ source }) => source).join('|'), 'gi');
const PROCESS_NUMBER = /\b\d{3,}\b/g;

/** What stands this time for what the recorded node had made up: task ids, digests, addresses, process numbers. */
export interface Names {
  learn(recorded: Json, replayed: Json): void;
  /** A text of the recording in the words of this run. */
  translate(text: string): string;
  translateBody(body: Json): Json;
  translatePath(path: string): string;
  /** A shell command may also name the process of a task. */
  translateCommand(argv: readonly string[]): readonly string[];
}

export function createNames(): Names {
  const known = new Map<string, string>();
  const translate = (text: string): string => text.replace(ANY, name => known.get(name) ?? name);
  const translateBody = (body: Json): Json => mapTexts(body, translate);
  return {
    learn: (recorded, replayed) => {
      for (const [name, now] of pairs(recorded, replayed)) {
        known.set(name, now);
        for (const [number, numberNow] of processNumbers(name, now)) known.set(number, numberNow);
      }
    },
    translate,
    translateBody,
    translatePath: path =>
      translate(path).replace(UPID_IN_PATH, upid =>
        encodeURIComponent(translate(decodeURIComponent(upid))).replaceAll('!', '%21'),
      ),
    translateCommand: argv =>
      argv.map(word => translate(word).replace(PROCESS_NUMBER, number => known.get(number) ?? number)),
  };
}

/** Which made-up name stands where which stood: objects by their keys, texts by the order of what they hold. */
function pairs(recorded: Json, replayed: Json): readonly (readonly [string, string])[] {
  if (typeof recorded === 'string' && typeof replayed === 'string') return pairsInTexts(recorded, replayed);
  if (!isObject(recorded) || !isObject(replayed)) return [];
  return Object.entries(recorded).flatMap(([key, value]) => pairs(value, replayed[key] ?? null));
}

function pairsInTexts(recorded: string, replayed: string): readonly (readonly [string, string])[] {
  const names = recorded.match(ANY) ?? [];
  const now = replayed.match(ANY) ?? [];
  return names.length === now.length ? names.map((name, index) => [name, now[index] ?? name]) : [];
}

/** The process of a task stands in its id, in hexadecimal. */
function processNumbers(recorded: string, replayed: string): readonly (readonly [string, string])[] {
  const [number, now] = [recorded, replayed].map(text => new RegExp(UPID.source).exec(text)?.[1]);
  return number === undefined || now === undefined
    ? []
    : [[String(parseInt(number, 16)), String(parseInt(now, 16))]];
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element: Json) => mapTexts(element, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]));
}
