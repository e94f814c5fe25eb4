/** A digest, and what it is said to be the digest of: empty where nothing says it. */
export interface Entry {
  readonly name: string;
  readonly digest: string;
}

/** Names of algorithms, also of those that are not ours: their digests may be as long as ours. */
export const KIND =
  '(?:md[2456]|sha[-_]?\\d[\\w/-]*|shake[-_]?\\d+|blake[-_]?\\d\\w*(?:-\\d+)?|b[23]|sm3|k12|rmd-?\\d+|ripemd-?\\d+|' +
  'whirlpool|tiger\\d*|streebog\\w*|gost\\w*|skein\\w*|xxh\\d+|crc\\d+\\w*)(?:[-_]?(?:sums?|hash(?:es)?|checksums?|digests?))?';

const ALONE = new RegExp(`^(?:checksums?-)?${KIND}$`, 'i');

/** What a digest is called where nothing says of which algorithm it is. */
const LABEL = /^(?:hash|digest|checksum|value)$/i;

export const isKind = (word: string): boolean => ALONE.test(word);

export const isLabel = (word: string): boolean => LABEL.test(word);

/** One spelling of an algorithm: SHA-256, SHA2-256, sha256sum and sha256 are the same. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^checksums?-/, '')
    .replace(/[-_]?(?:sums?|hash(?:es)?|checksums?|digests?)$/, '')
    .replace(/^sha2-/, 'sha')
    .replace(/^sha3[-_]?(?=\d)/, 'sha3_')
    .replace('-', '');

export const isOf = (kind: string, algorithm: string): boolean => plain(kind) === algorithm;

export const entry = (name: string, digest: string): Entry => ({
  name: isLabel(name) || name === '-' ? '' : name.replaceAll('\\', '/'),
  digest: digest.toLowerCase(),
});
