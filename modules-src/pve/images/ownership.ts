import { EXPOSED, judge, type Verdict } from './cache.ts';
import { isUntouched } from './file.ts';
import type { CachedImage, FileIdentity, FoundImage, ImageRecord, ImageWish } from '../../sdk/image.ts';

/**
 * Whose the file is that has the name of an image: `ours` has the bytes that a run has fetched, and may give way to
 * others; `changed` was fetched, and somebody has written to it since; `foreign` was put there by somebody else.
 */
export type Owner = 'nobody' | 'ours' | 'changed' | 'foreign';

export function ownerOf({ file, record, digests, isLink, isExposed, hasForeignNote }: CachedImage): Owner {
  if (isLink === true || isExposed === true || hasForeignNote === true) return 'foreign';
  if (file === undefined) return 'nobody';
  if (record === undefined || record.adopted === true) return 'foreign';
  return isUntouched(record, file) || digests.includes(record.content) ? 'ours' : 'changed';
}

/** Why the file keeps its name although an image is to get it; undefined: nothing would be lost. */
export function whyKept(cached: CachedImage): string | undefined {
  const owner = ownerOf(cached);
  if (owner === 'changed') return 'it was changed since it was fetched';
  if (owner !== 'foreign') return undefined;
  if (cached.isExposed === true) return EXPOSED;
  if (cached.isLink === true) return 'it is a link';
  return cached.hasForeignNote === true
    ? "the file with its note is not this role's"
    : 'this role did not put it there';
}

type Wish = Pick<ImageWish, 'url' | 'trust' | 'isForced'>;

/** Whether what was found is the image as it is wanted now. */
export function verdictOn(wish: Wish, { cached, fetchedNow, news, refreshFailure }: FoundImage): Verdict {
  const verdict = judge(wish, cached);
  if (!verdict.good || fetchedNow) return verdict;
  if (news === 'another') return { good: false, why: 'its server has another version', isOther: true };
  if (news === 'unknown' && refreshFailure === undefined)
    return { good: false, why: 'its server does not tell which version it has' };
  return wish.isForced ? { good: false, why: 'another download was asked for' } : verdict;
}

/** Why a file that is not ours to replace stands where the wanted image should go; undefined: it does not. */
export function whyInTheWay(wish: Wish, found: FoundImage): string | undefined {
  return verdictOn(wish, found).good ? undefined : whyKept(found.cached);
}

/** Whether a file may be removed for good: it is the very one that was recorded, to the last of its times, or gone. */
export const mayGo = (record: ImageRecord, file: FileIdentity | undefined): boolean =>
  record.adopted !== true && (file === undefined || isUntouched(record, file));

/** Old images are counted in days: one that was of use within this time, in milliseconds, is none. */
const FRESH = 12 * 3600 * 1000;

/** Whether it must be noted that a run wants the image, so that no other run takes it for an old one. */
export const isUseToBeNoted = (record: ImageRecord, now: number): boolean =>
  record.adopted !== true && now - lastOfUse(record) >= FRESH;

/** When the image was last of use, in milliseconds. */
export const lastOfUse = ({ fetched, wanted = fetched }: ImageRecord): number =>
  Math.max(Date.parse(fetched), Date.parse(wanted));
