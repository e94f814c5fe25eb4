import { UserError } from '../../../sdk/error.ts';
import { DIGEST_LENGTH, type Algorithm } from '../checksum.ts';
import { urlFileName, urlPath, shownUrl } from '../file.ts';
import { entriesInJson } from './json.ts';
import { isOf, KIND, type Entry } from './kind.ts';
import { entriesInLines } from './lines.ts';

export interface ListedImage {
  readonly imageUrl: string;
  readonly algorithm: Algorithm;
  readonly listUrl: string;
}

/** Lists that were written by PowerShell are UTF-16. */
export function listText(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** The `<algorithm>:<hex>` that a sums file lists for an image, in the forms that publishers use. */
export function digestFromList(list: string, image: ListedImage): string {
  const digests = digestsOf(list, image);
  const [digest] = digests;
  if (digest !== undefined && digests.length === 1) return `${image.algorithm}:${digest}`;
  const count = digests.length === 0 ? 'no' : 'more than one';
  throw new UserError(
    `cannot verify ${shownUrl(image.imageUrl)}: ${shownUrl(image.listUrl)} lists ${count} ` +
      `${image.algorithm} digest of ${urlFileName(image.imageUrl)}${wayOut(list, image)}`,
  );
}

/** Of MD5 and SHA-1 nobody is to be told to use them. */
function wayOut(list: string, image: ListedImage): string {
  const others = (['sha512', 'sha384', 'sha256', 'sha224'] as const).filter(
    algorithm => algorithm !== image.algorithm && digestsOf(list, { ...image, algorithm }).length === 1,
  );
  const [other] = others;
  return other === undefined
    ? '; give the URL of the sums file that belongs to the image, or its digest'
    : `, but one of ${other}; write the checksum as ${other}:${shownUrl(image.listUrl)}`;
}

function digestsOf(list: string, image: ListedImage): readonly string[] {
  const text = list.replace(/^\uFEFF/, '');
  const entries =
    entriesInJson(text, image.algorithm) ?? entriesInLines(text, image.algorithm, foreignKind(image));
  return [...new Set(entriesFor(entries, image).map(({ digest }) => digest))];
}

/** The algorithm that the name of a list has, where it is none of ours: `b2sums.txt`, `SHA3-512SUMS`. */
function foreignKind({ imageUrl, listUrl }: ListedImage): string | undefined {
  const rest = urlFileName(listUrl).replace(urlFileName(imageUrl), '');
  const [, kind] = new RegExp(`(?:^|[._-])(${KIND})(?=[._-]|$)`, 'i').exec(rest) ?? [];
  const isOurs = Object.keys(DIGEST_LENGTH).some(algorithm => isOf(kind ?? '', algorithm));
  return isOurs ? undefined : kind;
}

/** Entries that speak of the image: under its path, else under its name, else the only one of a file made for it. */
function entriesFor(entries: readonly Entry[], { imageUrl, listUrl }: ListedImage): readonly Entry[] {
  const path = urlPath(imageUrl);
  const byPath = entries.filter(({ name }) => name !== '' && path.endsWith(`/${name.replace(/^\.\//, '')}`));
  if (byPath.length > 0) return byPath;
  const fileName = urlFileName(imageUrl);
  const byName = entries.filter(({ name }) => name.split('/').at(-1) === fileName);
  if (byName.length > 0) return byName;
  const own = urlFileName(listUrl).startsWith(fileName) || entries.every(({ name }) => name === '');
  return own && new Set(entries.map(({ digest }) => digest)).size === 1 ? entries : [];
}
