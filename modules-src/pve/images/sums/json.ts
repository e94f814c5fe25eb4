import { parseJson } from '../../../sdk/dictionary.ts';
import { DIGEST_LENGTH, type Algorithm } from '../checksum.ts';
import { entry, isKind, isLabel, isOf, type Entry } from './kind.ts';

type Values = Readonly<Record<string, unknown>>;

/** What stands around a value: its key, and the texts beside it and beside what holds it. */
interface Around {
  readonly keys: readonly string[];
  readonly texts: readonly string[];
}

/**
 * Digests in JSON (streams of Ubuntu and Fedora CoreOS, releases of GitHub): a text under the name of the algorithm, or
 * under `digest` and the like, is of what is named beside it or by a key above. Undefined for a text that is no JSON.
 */
export function entriesInJson(list: string, algorithm: Algorithm): Entry[] | undefined {
  const found = parseJson(list);
  if (typeof found !== 'object' || found === null) return undefined;
  return entriesIn(found, algorithm, { keys: [], texts: [] });
}

function entriesIn(value: unknown, algorithm: Algorithm, around: Around): Entry[] {
  if (typeof value === 'string') return entriesOfText(value, algorithm, around);
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(item => entriesIn(item, algorithm, around));
  const values = value as Values;
  const texts = Object.values(values).filter(one => typeof one === 'string');
  const beside = Object.values(values).some(one => typeof one === 'object' && one !== null)
    ? []
    : around.texts;
  return Object.entries(values).flatMap(([key, one]) =>
    entriesIn(one, algorithm, { keys: [key, ...around.keys].slice(0, 3), texts: [...texts, ...beside] }),
  );
}

function entriesOfText(text: string, algorithm: Algorithm, { keys, texts }: Around): Entry[] {
  const [, kind = keys.find(isKind) ?? algorithm, digest = ''] =
    /^(?:([\w-]+):)?([0-9a-f]+)$/i.exec(text) ?? [];
  if (digest.length !== DIGEST_LENGTH[algorithm] || !isOf(kind, algorithm)) return [];
  const [key = ''] = keys;
  const names =
    isKind(key) || isLabel(key) ? [...keys.slice(1), ...texts.filter(one => one !== text)] : [key];
  return names.filter(name => !isKind(name)).map(name => entry(name, digest));
}
