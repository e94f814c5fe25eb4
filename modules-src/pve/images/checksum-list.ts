import { UserError } from '../../sdk/error.ts';
import { DIGEST_LENGTH, type Algorithm } from './checksum.ts';
import { urlFileName, urlPath } from './file.ts';

interface Entry {
  /** Empty in files that hold nothing but a digest. */
  readonly name: string;
  readonly digest: string;
}

export interface ListedImage {
  readonly imageUrl: string;
  readonly algorithm: Algorithm;
  readonly listUrl: string;
}

/**
 * The `<algorithm>:<hex>` that a sums file lists for an image, in the forms that publishers use: GNU coreutils (Ubuntu,
 * Debian, AlmaLinux), BSD (Rocky, CentOS, Fedora, there inside a PGP message), OpenSSL, a digest alone, headings that name
 * the algorithm of what follows (Flatcar, Gentoo, Debian's Release), `sha256:<hex>` (GitHub), a name before its digest.
 */
export function digestFromList(list: string, image: ListedImage): string {
  const entries = entriesIn(list, image.algorithm);
  const digests = [...new Set(entriesFor(entries, image).map(entry => entry.digest))];
  const [digest] = digests;
  if (digest !== undefined && digests.length === 1) return `${image.algorithm}:${digest}`;
  throw new UserError(
    `cannot verify ${image.imageUrl}: ${image.listUrl} lists ${digests.length === 0 ? 'no' : 'more than one'} ` +
      `${image.algorithm} digest of ${urlFileName(image.imageUrl)}; give the URL of the sums file that belongs to the image, or its digest`,
  );
}

/** A line that says what the digests below it are: `# SHA512 HASH`, `SHA256:`, `[md5]`. `Hash: SHA256` of a PGP message is none. */
const HEADING = /^[#[\s]*([a-z][\w-]*\d)\s*(?:hash(?:es)?|sums?|checksums?|digests?)?\s*[\]:]*$/i;

/** Digests of other algorithms may be as long: a heading takes what stands below it from all algorithms but its own. */
function entriesIn(list: string, algorithm: Algorithm): Entry[] {
  const entries: Entry[] = [];
  let heading: string | undefined;
  for (const line of list.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const text = line.trim();
    const named = HEADING.exec(text)?.[1];
    if (named !== undefined && !/^[0-9a-f]{32,}$/i.test(named)) heading = plainAlgorithm(named);
    else if (heading === undefined || heading === algorithm) entries.push(...entriesOf(text, algorithm));
  }
  return entries;
}

/** One spelling of an algorithm: SHA-256, SHA2-256 and sha256 are the same. */
const plainAlgorithm = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^sha2-/, 'sha')
    .replace(/^sha3-/, 'sha3_')
    .replace('-', '');

/** A line that names its algorithm, else a digest with a name before or behind it, or alone. */
function entriesOf(line: string, algorithm: Algorithm): Entry[] {
  const hex = `([0-9A-Fa-f]{${DIGEST_LENGTH[algorithm]}})`;
  const [, bsdKind, bsdName, bsd] = match(`^([\\w-]+)\\s*\\((.+)\\)\\s*=\\s*${hex}$`, line);
  if (bsdKind !== undefined) return ofKind(bsdKind, algorithm, bsdName, bsd);
  const [, kind, labelled, labelledName] = match(
    `^([A-Za-z][\\w-]*\\d)[\\s:=]+${hex}(?:\\s+\\*?(\\S.*))?$`,
    line,
  );
  if (kind !== undefined) return ofKind(kind, algorithm, labelledName, labelled);
  const [, first, name] = match(`^\\\\?${hex}(?:\\s+(?:\\d+\\s+)?\\*?(\\S.*))?$`, line);
  if (first !== undefined) return [entry(name, first)];
  const [, nameBefore, last] = match(`^(\\S+?):?\\s+(?:=\\s*)?${hex}$`, line);
  return nameBefore === undefined || last === undefined ? [] : [entry(nameBefore, last)];
}

const match = (regex: string, line: string): readonly (string | undefined)[] =>
  new RegExp(regex).exec(line) ?? [];

const ofKind = (
  kind: string,
  algorithm: Algorithm,
  name: string | undefined,
  digest: string | undefined,
): Entry[] => (plainAlgorithm(kind) === algorithm && digest !== undefined ? [entry(name, digest)] : []);

const entry = (name: string | undefined, digest: string): Entry => ({
  name: (name ?? '').replaceAll('\\', '/'),
  digest: digest.toLowerCase(),
});

/** Entries that speak of the image: under its path, else under its name, else the only one of a file made for it. */
function entriesFor(entries: readonly Entry[], { imageUrl, listUrl }: ListedImage): readonly Entry[] {
  const path = urlPath(imageUrl);
  const byPath = entries.filter(({ name }) => name !== '' && path.endsWith(`/${name.replace(/^\.\//, '')}`));
  if (byPath.length > 0) return byPath;
  const fileName = urlFileName(imageUrl);
  const byName = entries.filter(({ name }) => name.split('/').at(-1) === fileName);
  if (byName.length > 0) return byName;
  const own = urlFileName(listUrl).startsWith(fileName) || entries[0]?.name === '';
  return own && entries.length === 1 ? entries : [];
}
