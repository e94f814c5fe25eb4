import { algorithmOf, checksumText, type Algorithm } from './checksum.ts';
import { isPackedName, isUntouched, shownUrl } from './file.ts';
import type { CachedImage, FileIdentity, ImageRecord, ImageTrust, WantedImage } from '../../sdk/image.ts';

/** Whom to ask although the record could answer. */
export interface Doubt {
  /** Hash the file. */
  readonly file: boolean;
  /** Ask the sums file whether it still lists the image. */
  readonly list: boolean;
}

export const NO_DOUBT: Doubt = { file: false, list: false };

/** What must be read before it can be said whether a cached image is good. */
export interface Unknowns {
  readonly digests: readonly Algorithm[];
  readonly proof: boolean;
}

export type Verdict =
  | {
      readonly good: true;
      /** Undefined when there is none for the bytes that are there now. */
      readonly record: ImageRecord | undefined;
      readonly verified: readonly string[];
    }
  | {
      readonly good: false;
      readonly why: string;
      /** What is wanted has other bytes. */
      readonly isOther?: boolean;
    };

/**
 * Hashing takes seconds and a sums file a request: a file that its record describes needs neither, unless it is to be
 * verified against something new.
 */
export function unknownsOf(
  wanted: WantedImage,
  file: FileIdentity | undefined,
  record: ImageRecord | undefined,
  doubt = NO_DOUBT,
): Unknowns {
  if (file === undefined) return { digests: [], proof: false };
  const known = record !== undefined && isUntouched(record, file) && !doubt.file;
  const forRecord = record === undefined || known ? undefined : algorithmOf(record.content);
  const proof = !isVouched(record, wanted) || (doubt.list && wanted.trust.list !== undefined);
  const compressed = record === undefined ? isPackedName(wanted.url) : isUnpacked(record);
  const toCompare = proof && !compressed ? algorithmsOf(wanted.trust) : [];
  const recorded = known ? algorithmOf(record.content) : undefined;
  const needed = [forRecord, ...toCompare].filter(name => name !== undefined && name !== recorded);
  return { digests: [...new Set(needed)].filter(name => name !== undefined), proof };
}

const algorithmsOf = ({ checksum, list }: ImageTrust): readonly Algorithm[] =>
  [checksum?.algorithm, list?.algorithm].filter(name => name !== undefined);

export const EXPOSED = 'others than root may write to it';

/** Whether the cached file is the wanted image. The name of a file proves nothing: its record or its digest does. */
export function judge(wanted: WantedImage, cached: CachedImage): Verdict {
  if (cached.file === undefined) return { good: false, why: 'it is not in the cache' };
  if (cached.isExposed === true) return { good: false, why: EXPOSED };
  const record = trustedRecord(cached);
  if (record !== undefined && cached.proof === undefined && isVouched(record, wanted))
    return { good: true, record, verified: record.verified };
  return judgeByProof(wanted, cached, record);
}

/** The record, if the file still has the bytes that it speaks of. */
function trustedRecord({ file, record, digests, isRehashed }: CachedImage): ImageRecord | undefined {
  if (file === undefined || record === undefined) return undefined;
  return (isUntouched(record, file) && isRehashed !== true) || digests.includes(record.content)
    ? record
    : undefined;
}

function judgeByProof(wanted: WantedImage, cached: CachedImage, record: ImageRecord | undefined): Verdict {
  const expected = cached.proof?.digests ?? [];
  if (expected.length === 0) return { good: false, why: distrust(wanted, cached, record) };
  const proofs = proofsOf(wanted.url, cached, record);
  const other = expected.find(digest => !proofs.includes(digest));
  if (other !== undefined) {
    const found = proofs.find(proof => algorithmOf(proof) === algorithmOf(other));
    return found === undefined
      ? { good: false, why: distrust(wanted, cached, record) }
      : { good: false, why: `the cached file has ${found}`, isOther: true };
  }
  const verified = [...new Set([...(record?.verified ?? []), ...(cached.proof?.verified ?? [])])];
  // A digest is no signature; one over the image itself is verified when it is fetched.
  return lacksSignature(verified, wanted.trust)
    ? { good: false, why: 'no signature vouches for the cached file, as it is demanded' }
    : { good: true, record, verified };
}

/** Digests that may be compared with a published one, which is that of the download, not of what was unpacked. */
function proofsOf(url: string, { digests }: CachedImage, record: ImageRecord | undefined): string[] {
  if (record !== undefined && isUnpacked(record)) return [record.digest];
  if (record === undefined && isPackedName(url)) return [];
  return [...(record === undefined ? [] : [record.digest]), ...digests];
}

function distrust({ url }: WantedImage, cached: CachedImage, record: ImageRecord | undefined): string {
  if (cached.record === undefined) return 'nothing tells where the cached file of that name came from';
  if (record !== undefined && record.url !== shownUrl(url))
    return `the cached file of that name came from ${record.url}`;
  if (record !== undefined) return 'nothing vouches for the cached file as it is demanded';
  return 'the cached file was changed since it was fetched, or is not known by this kind of digest';
}

/** Whether the record alone answers: the image is the wanted one, and as well verified as is demanded. */
function isVouched(record: ImageRecord | undefined, { url, trust }: WantedImage): boolean {
  if (record === undefined) return false;
  const { verified } = record;
  if (lacksSignature(verified, trust)) return false;
  if (trust.policy === 'checksum' && verified.length === 0) return false;
  const isSameUrl = record.url === shownUrl(url);
  if (trust.checksum === undefined) return isSameUrl;
  // A digest stands for itself, a sums file only for the URL it was used with.
  if (!verified.includes(checksumText(trust.checksum))) return false;
  return typeof trust.checksum.digest === 'string' || isSameUrl;
}

function lacksSignature(verified: readonly string[], trust: ImageTrust): boolean {
  const isDemanded = trust.policy === 'signed' || trust.signature !== undefined;
  return isDemanded && !verified.some(proof => isAccepted(proof, trust));
}

/** A signature of a key that may sign this image; keys of a keyring were looked at when it was verified. */
function isAccepted(proof: string, { signature }: ImageTrust): boolean {
  const accepted = signature?.fingerprints ?? [];
  return isSignature(proof) && (accepted.length === 0 || accepted.some(key => proof === `signature:${key}`));
}

export const isSignature = (proof: string): boolean => proof.startsWith('signature:');

const isUnpacked = (record: ImageRecord): boolean => record.digest !== record.content;
