import { DIGEST_LENGTH, type Algorithm } from '../checksum.ts';
import { entry, isKind, isOf, KIND, type Entry } from './kind.ts';

/** A line that says what the digests below it are: `# SHA512 HASH`, `SHA256:`, `[md5]`. `Hash: SHA256` of a PGP message is none. */
const HEADING = new RegExp(`^[^\\w(]*((?:checksums?-)?${KIND})(?![\\w.])`, 'i');
const DIGEST = /[0-9a-f]{32}|[\w+/]{22}==?$/i;

/** Digests of other algorithms may be as long: a heading takes what stands below it from all algorithms but its own. */
export function entriesInLines(list: string, algorithm: Algorithm, listOf: string | undefined): Entry[] {
  const entries: Entry[] = [];
  let heading = listOf;
  for (const line of list.split(/\r\n|\r|\n/)) {
    const text = withHex(line.trim(), algorithm);
    const named = DIGEST.test(text) ? undefined : HEADING.exec(text)?.[1];
    if (named !== undefined) heading = named;
    else if (heading === undefined || isOf(heading, algorithm)) entries.push(...entriesOf(text, algorithm));
  }
  return entries;
}

/** Digests in base64, as in `sha512-…==` of the web and `SHA256 (…) = …=` of OpenBSD, as if they stood in hexadecimal. */
function withHex(line: string, algorithm: Algorithm): string {
  const bytes = DIGEST_LENGTH[algorithm] / 2;
  const base64 = `[A-Za-z0-9+/]{${Math.ceil((bytes * 4) / 3)}}={${(3 - (bytes % 3)) % 3}}`;
  return line.replace(new RegExp(`(?<=[-:] ?|= ?)${base64}(?![\\w+/=])`, 'g'), text =>
    Buffer.from(text, 'base64').toString('hex'),
  );
}

/** A line that names its algorithm, else a digest with a name before or behind it, or alone, else a row of a table. */
function entriesOf(line: string, algorithm: Algorithm): Entry[] {
  const hex = `(?<digest>[0-9A-Fa-f]{${DIGEST_LENGTH[algorithm]}})`;
  const layouts = [
    // BSD, OpenSSL: SHA256 (name) = digest
    `^(?<kind>\\S+?)\\s*\\((?<name>.+)\\)\\s*=\\s*${hex}$`,
    // sha256:digest  name
    `^(?<kind>${KIND})[\\s:=-]+${hex}(?:\\s+[*?]?(?<name>\\S.*))?$`,
    // GNU, and Debian's with the size: digest  name
    `^\\\\?${hex}(?:\\s+(?:\\d+\\s+)?[*?]?(?<name>\\S.*))?$`,
    // name: sha256:digest
    `^(?<name>\\S+?)(?:\\s*[:=]\\s*|\\s+)(?:(?<kind>${KIND})[\\s:=-]+)?${hex}$`,
  ];
  for (const layout of layouts) {
    const groups = new RegExp(layout, 'i').exec(line)?.groups;
    if (groups === undefined) continue;
    const { name = '', digest = '', kind = isKind(name) ? name : algorithm } = groups;
    return isOf(kind, algorithm) ? [entry(isKind(name) ? '' : name, digest)] : [];
  }
  return entriesOfRow(line, algorithm);
}

/** A row of a table (CSV, Markdown, hashdeep) with one digest as long as ours: it may be of each other word. */
function entriesOfRow(line: string, algorithm: Algorithm): Entry[] {
  const words = line.split(/[\s,;:=|"'`()[\]{}<>]+/).filter(word => word !== '');
  const digests = words.filter(isDigest(algorithm));
  const [digest] = digests;
  const kinds = words.filter(isKind);
  if (digest === undefined || digests.length > 1) return [];
  if (kinds.length > 0 && !kinds.some(kind => isOf(kind, algorithm))) return [];
  return words.filter(word => word !== digest && !isKind(word)).map(word => entry(word, digest));
}

const isDigest =
  (algorithm: Algorithm) =>
  (word: string): boolean =>
    word.length === DIGEST_LENGTH[algorithm] && /^[0-9a-f]+$/i.test(word);
