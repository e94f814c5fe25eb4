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
 * Debian, AlmaLinux), BSD (Rocky, CentOS, Fedora, there inside a PGP message), or a digest alone.
 */
export function digestFromList(list: string, image: ListedImage): string {
  const entries = list.split('\n').flatMap(line => entriesOf(line.trim(), image.algorithm));
  const digests = [...new Set(entriesFor(entries, image).map(entry => entry.digest))];
  const [digest] = digests;
  if (digest !== undefined && digests.length === 1) return `${image.algorithm}:${digest}`;
  throw new UserError(
    `cannot verify ${image.imageUrl}: ${image.listUrl} lists ${digests.length === 0 ? 'no' : 'more than one'} ` +
      `${image.algorithm} digest of ${urlFileName(image.imageUrl)}; give the URL of the sums file that belongs to the image, or its digest`,
  );
}

function entriesOf(line: string, algorithm: Algorithm): Entry[] {
  const hex = `([0-9A-Fa-f]{${DIGEST_LENGTH[algorithm]}})`;
  const [, gnu, gnuName] = new RegExp(`^\\\\?${hex}(?:\\s+\\*?(\\S.*))?$`).exec(line) ?? [];
  if (gnu !== undefined) return [{ name: gnuName ?? '', digest: gnu.toLowerCase() }];
  const [, kind, bsdName, bsd] = new RegExp(`^([\\w-]+)\\s*\\((.+)\\)\\s*=\\s*${hex}$`).exec(line) ?? [];
  if (kind === undefined || bsdName === undefined || bsd === undefined) return [];
  const named = kind
    .toLowerCase()
    .replace(/^sha2-/, 'sha')
    .replace('-', '');
  return named === algorithm ? [{ name: bsdName, digest: bsd.toLowerCase() }] : [];
}

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
