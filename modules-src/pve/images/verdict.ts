import type { FoundImage, ImageWish } from '../../sdk/image.ts';
import { judge, type Verdict } from './cache.ts';
import { whyKept } from './ownership.ts';

type Wish = Pick<ImageWish, 'url' | 'trust' | 'isForced'>;

/** Whether what was found is the image as it is wanted now. */
export function verdictOn(wish: Wish, { cached, fetchedNow, isOutdated }: FoundImage): Verdict {
  const verdict = judge(wish, cached);
  if (!verdict.good || fetchedNow) return verdict;
  if (isOutdated) return { good: false, why: 'its server has another version' };
  return wish.isForced ? { good: false, why: 'another download was asked for' } : verdict;
}

/** Why a file that is not ours to replace stands where the wanted image should go; undefined: it does not. */
export function whyInTheWay(wish: Wish, found: FoundImage): string | undefined {
  return verdictOn(wish, found).good ? undefined : whyKept(found.cached);
}
