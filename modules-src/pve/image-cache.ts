import type { ImageChecksum } from '../sdk/step.ts';
import { algorithmOf, checksumText, type Algorithm } from './checksum.ts';
import { isCompressedName, isUntouched, type FileIdentity, type ImageRecord } from './image-file.ts';

export interface WantedImage {
  readonly url: string;
  readonly checksum: ImageChecksum | undefined;
}

/** What was seen of an image in the cache. */
export interface CachedImage {
  /** Undefined when there is no file. */
  readonly file: FileIdentity | undefined;
  readonly record: ImageRecord | undefined;
  /** `<algorithm>:<hex>` of the file as it is now, computed only where the record cannot answer. */
  readonly digests: readonly string[];
  /** `<algorithm>:<hex>` that the wanted sums file lists, looked up only where the record cannot answer. */
  readonly listed: string | undefined;
}

/** What must be read before it can be said whether a cached image is good. */
export interface Unknowns {
  readonly digests: readonly Algorithm[];
  readonly list: boolean;
}

export type Verdict =
  | {
      readonly good: true;
      /** Undefined when there is none for the bytes that are there now. */
      readonly record: ImageRecord | undefined;
      readonly verified: readonly string[];
    }
  | { readonly good: false; readonly why: string };

/**
 * Hashing takes seconds and a sums file a request: a file that its record describes needs neither, unless it is to be
 * verified against something new.
 */
export function unknownsOf(
  { url, checksum }: WantedImage,
  file: FileIdentity | undefined,
  record: ImageRecord | undefined,
): Unknowns {
  if (file === undefined) return { digests: [], list: false };
  const known = record !== undefined && isUntouched(record, file);
  const forRecord = record === undefined || known ? undefined : algorithmOf(record.content);
  const vouched = record !== undefined && isVouched(record, { url, checksum });
  const compressed = record === undefined ? isCompressedName(url) : isUnpacked(record);
  const toCompare = checksum === undefined || vouched || compressed ? undefined : checksum.algorithm;
  const recorded = known ? algorithmOf(record.content) : undefined;
  const needed = [forRecord, toCompare].filter(name => name !== undefined && name !== recorded);
  return {
    digests: [...new Set(needed)].filter(name => name !== undefined),
    list: typeof checksum?.digest === 'object' && !vouched,
  };
}

/** Whether the cached file is the wanted image. The name of a file proves nothing: its record or its digest does. */
export function judge(wanted: WantedImage, cached: CachedImage): Verdict {
  if (cached.file === undefined) return { good: false, why: 'it is not in the cache' };
  const record = trustedRecord(cached);
  return wanted.checksum === undefined
    ? judgeByOrigin(wanted.url, cached, record)
    : judgeByDigest(wanted, wanted.checksum, cached, record);
}

/** The record, if the file still has the bytes that it speaks of. */
function trustedRecord({ file, record, digests }: CachedImage): ImageRecord | undefined {
  if (file === undefined || record === undefined) return undefined;
  return isUntouched(record, file) || digests.includes(record.content) ? record : undefined;
}

function judgeByOrigin(url: string, cached: CachedImage, record: ImageRecord | undefined): Verdict {
  if (record === undefined) return { good: false, why: distrust(cached) };
  if (record.url === url) return { good: true, record, verified: record.verified };
  return { good: false, why: `the cached file of that name came from ${record.url}` };
}

function judgeByDigest(
  wanted: WantedImage,
  checksum: ImageChecksum,
  cached: CachedImage,
  record: ImageRecord | undefined,
): Verdict {
  if (record !== undefined && isVouched(record, wanted))
    return { good: true, record, verified: record.verified };
  const expected = typeof checksum.digest === 'string' ? checksumText(checksum) : cached.listed;
  const proofs = proofsOf(wanted.url, cached, record);
  if (expected === undefined || !proofs.includes(expected)) {
    const other = proofs.find(proof => algorithmOf(proof) === checksum.algorithm);
    return { good: false, why: other === undefined ? distrust(cached) : `the cached file has ${other}` };
  }
  const verified = new Set([...(record?.verified ?? []), checksumText(checksum)]);
  return { good: true, record, verified: [...verified] };
}

/** Digests that may be compared with a published one, which is that of the download, not of what was unpacked. */
function proofsOf(url: string, { digests }: CachedImage, record: ImageRecord | undefined): string[] {
  if (record !== undefined && isUnpacked(record)) return [record.digest];
  if (record === undefined && isCompressedName(url)) return [];
  return [...(record === undefined ? [] : [record.digest]), ...digests];
}

function distrust({ record }: CachedImage): string {
  if (record === undefined) return 'nothing tells where the cached file of that name came from';
  return 'the cached file was changed since it was fetched, or is not known by this kind of digest';
}

/** Verified before against the same: a digest stands for itself, a sums file only for the URL it was used with. */
function isVouched(record: ImageRecord, { url, checksum }: WantedImage): boolean {
  if (checksum === undefined || !record.verified.includes(checksumText(checksum))) return false;
  return typeof checksum.digest === 'string' || record.url === url;
}

const isUnpacked = (record: ImageRecord): boolean => record.digest !== record.content;
