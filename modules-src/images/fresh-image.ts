import type { CachedImage, FoundImage, ImageRecord, ImageWish } from '../sdk/image.ts';
import { StepError } from '../sdk/step-error.ts';
import { UserError } from '../sdk/error.ts';
import type { Doubt } from '../pve/images/cache.ts';
import { readCachedImage } from './cached.ts';
import type { Source } from './proof.ts';

type Fresh = Pick<FoundImage, 'cached' | 'news' | 'refreshFailure' | 'wasHashed'>;

export const wasFetchedNow = (record: ImageRecord | undefined): boolean =>
  record !== undefined && record.adopted !== true && Date.parse(record.fetched) >= performance.timeOrigin;

/** Files that this process has hashed: a second look need not do it again. */
const hashed = new Set<string>();

/** The image in the cache, looked at as closely as is wanted, and whether there is a newer one. */
export async function readFreshImage(
  path: string,
  wish: ImageWish,
  source: () => Promise<Source>,
): Promise<Fresh> {
  const doubtOf = (record: ImageRecord | undefined): Doubt => ({
    file: wish.isDoubted && record !== undefined && !wasFetchedNow(record),
    list: mayBeRefreshed(wish) && !wasFetchedNow(record),
  });
  const { cached, refreshFailure } = await readUnlessAway(path, wish, source, doubtOf);
  if (cached.digests.length > 0) hashed.add(path);
  const asked = refreshFailure === undefined ? await newsOf(wish, cached, source) : UNKNOWN;
  return { cached, refreshFailure, ...asked, wasHashed: hashed.has(path) };
}

/** A digest that the user gave pins the image. */
const mayBeRefreshed = ({ trust, isRefreshed }: ImageWish): boolean =>
  isRefreshed && typeof trust.checksum?.digest !== 'string';

type Seen = Pick<Fresh, 'cached' | 'refreshFailure'>;

/** A sums file that cannot be had now is no reason to distrust an image that it vouched for before. */
async function readUnlessAway(
  path: string,
  wish: ImageWish,
  source: () => Promise<Source>,
  doubtOf: (record: ImageRecord | undefined) => Doubt,
): Promise<Seen> {
  try {
    return { cached: await readCachedImage(path, wish, source, doubtOf), refreshFailure: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const withoutList = (record: ImageRecord | undefined): Doubt => ({ ...doubtOf(record), list: false });
    const cached = await readCachedImage(path, wish, source, withoutList);
    return { cached, refreshFailure: error.message };
  }
}

const UNKNOWN = { news: 'unknown' } as const;

async function newsOf(
  wish: ImageWish,
  { record, file }: CachedImage,
  source: () => Promise<Source>,
): Promise<Pick<Fresh, 'news'> & Partial<Pick<Fresh, 'refreshFailure'>>> {
  const isAsked = mayBeRefreshed(wish) && wish.trust.list === undefined;
  if (!isAsked || record === undefined || file === undefined || wasFetchedNow(record))
    return { news: 'same' };
  try {
    const { askForNews } = await import('./newer-version.ts');
    return { news: await askForNews(wish.url, record, await source()) };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { ...UNKNOWN, refreshFailure: error.message };
  }
}
