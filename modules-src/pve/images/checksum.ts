import type { Pattern } from '../../sdk/option.ts';
import { shownUrl } from './file.ts';
import type { ImageChecksum } from '../../sdk/image.ts';

export type Algorithm = ImageChecksum['algorithm'];

/** Hexadecimal digits of each algorithm's digest. */
export const DIGEST_LENGTH: Readonly<Record<Algorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

const ALGORITHMS = Object.keys(DIGEST_LENGTH).filter(isAlgorithm);

/** What images are recorded by when no checksum asks for another one. */
export const DEFAULT_ALGORITHM: Algorithm = 'sha256';

function isAlgorithm(name: string): name is Algorithm {
  return Object.hasOwn(DIGEST_LENGTH, name);
}

const digestRegex = (algorithm: Algorithm): string => `[0-9A-Fa-f]{${DIGEST_LENGTH[algorithm]}}`;

/** A digest must have its full length, so that a placeholder such as `sha256:...` is no checksum. */
export const CHECKSUM: Pattern = {
  regex: [
    '^(',
    ...ALGORITHMS.map(algorithm => `${algorithm}:${digestRegex(algorithm)}|${digestRegex(algorithm)}|`),
    `(${ALGORITHMS.join('|')}):https?://\\S+)$`,
  ].join(''),
  says:
    '<algorithm>:<hex digest> in full length (a placeholder such as sha256:... is refused: ' +
    'give the digest that the publisher lists), <algorithm>:<URL of a sums file>, or a bare hex digest; ' +
    `algorithms: ${ALGORITHMS.join(', ')}`,
};

/** Reads a checksum of the form above; undefined for any other text. */
export function parseChecksum(text: string): ImageChecksum | undefined {
  if (!new RegExp(CHECKSUM.regex).test(text)) return undefined;
  const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
  if (!isAlgorithm(name)) return bareDigest(text);
  return { algorithm: name, digest: /^https?:/.test(value) ? { url: value } : value.toLowerCase() };
}

function bareDigest(text: string): ImageChecksum | undefined {
  const algorithm = ALGORITHMS.find(candidate => DIGEST_LENGTH[candidate] === text.length);
  return algorithm === undefined ? undefined : { algorithm, digest: text.toLowerCase() };
}

/** `<algorithm>:<hex>` or `<algorithm>:<URL>`, the same for every way to write it, to be shown and recorded. */
export function checksumText({ algorithm, digest }: ImageChecksum): string {
  return `${algorithm}:${typeof digest === 'string' ? digest : shownUrl(digest.url)}`;
}

/** The algorithm of an `<algorithm>:<hex>` of ours. */
export function algorithmOf(digest: string): Algorithm | undefined {
  const name = digest.slice(0, digest.indexOf(':'));
  return isAlgorithm(name) ? name : undefined;
}
