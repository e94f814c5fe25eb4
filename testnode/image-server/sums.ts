import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ServedFiles } from './protocol.ts';

type Algorithm = 'sha256' | 'sha512';

const digests = new Map<string, Promise<string>>();

/**
 * The text of a checksum file beside the served ones, or nothing if the URL is none: `SHA256SUMS` and `SHA512SUMS` as
 * Ubuntu and Debian write them, `CHECKSUM` and `<file>.SHA256SUM` as Rocky, Fedora and CentOS do.
 */
export async function sumsFile(url: string, files: ServedFiles): Promise<string | undefined> {
  const directory = url.slice(0, url.lastIndexOf('/') + 1);
  const name = url.slice(directory.length);
  const beside = Object.entries(files).filter(
    ([other]) => other.slice(0, other.lastIndexOf('/') + 1) === directory,
  );
  if (beside.length === 0) return undefined;
  if (name === 'SHA256SUMS') return lines(beside, 'sha256', gnuLine);
  if (name === 'SHA512SUMS') return lines(beside, 'sha512', gnuLine);
  if (/CHECKSUM$/.test(name)) return lines(beside, 'sha256', bsdLine);
  const single = beside.filter(([other]) => `${other}.SHA256SUM` === url);
  return single.length === 0 ? undefined : lines(single, 'sha256', bsdLine);
}

type Line = (algorithm: Algorithm, digest: string, name: string) => string;

const gnuLine: Line = (algorithm, digest, name) =>
  `${digest}${algorithm === 'sha256' ? ' *' : '  '}${name}\n`;
const bsdLine: Line = (algorithm, digest, name) => `${algorithm.toUpperCase()} (${name}) = ${digest}\n`;

async function lines(
  files: readonly (readonly [string, string])[],
  algorithm: Algorithm,
  line: Line,
): Promise<string> {
  const all = files.map(async ([url, path]) =>
    line(algorithm, await digestOf(algorithm, path), url.slice(url.lastIndexOf('/') + 1)),
  );
  return (await Promise.all(all)).join('');
}

/** Digest of a file as it is now; remembered, because one image stands under many URLs. */
function digestOf(algorithm: Algorithm, path: string): Promise<string> {
  const { mtimeMs, size } = statSync(path);
  const key = `${algorithm} ${mtimeMs} ${size} ${path}`;
  const known = digests.get(key) ?? computeDigest(algorithm, path);
  digests.set(key, known);
  return known;
}

async function computeDigest(algorithm: Algorithm, path: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
