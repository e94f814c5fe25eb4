import type { CachedImage, Doubt, WantedImage } from '../../pve/images/cache.ts';
import type { ImageRecord } from '../../pve/images/file.ts';
import { readCachedImage } from '../../node/images/cached.ts';
import type { Source } from '../../node/images/proof.ts';
import { StepError } from '../../sdk/step-error.ts';
import { UserError } from '../../sdk/error.ts';
import type { Observed, Wanted } from './plan.ts';

type Fresh = Pick<Observed, 'cached' | 'isOutdated' | 'refreshFailure' | 'wasHashed'>;

export const wasFetchedNow = (record: ImageRecord | undefined): boolean =>
  record !== undefined && record.adopted !== true && Date.parse(record.fetched) >= performance.timeOrigin;

/** Files that this process has hashed: a second look need not do it again. */
const hashed = new Set<string>();

/** The image in the cache, looked at as closely as is wanted, and whether there is a newer one. */
export async function readFreshImage(
  path: string,
  image: WantedImage,
  wanted: Pick<Wanted, 'refresh' | 'verify_cache'>,
  source: () => Promise<Source>,
): Promise<Fresh> {
  const doubtOf = (record: ImageRecord | undefined): Doubt => ({
    file: wanted.verify_cache === 'full' && record !== undefined && !wasFetchedNow(record),
    list: mayBeRefreshed(image, wanted) && !wasFetchedNow(record),
  });
  const { cached, refreshFailure } = await readUnlessAway(path, image, source, doubtOf);
  if (cached.digests.length > 0) hashed.add(path);
  const newer = await newerVersion(image, cached, wanted, source);
  return { cached, refreshFailure, ...newer, wasHashed: hashed.has(path) };
}

/** A digest that the user gave pins the image. */
const mayBeRefreshed = ({ trust }: WantedImage, { refresh }: Pick<Wanted, 'refresh'>): boolean =>
  refresh === 'if-changed' && typeof trust.checksum?.digest !== 'string';

type Seen = Pick<Fresh, 'cached' | 'refreshFailure'>;

/** A sums file that cannot be had now is no reason to distrust an image that it vouched for before. */
async function readUnlessAway(
  path: string,
  image: WantedImage,
  source: () => Promise<Source>,
  doubtOf: (record: ImageRecord | undefined) => Doubt,
): Promise<Seen> {
  try {
    return { cached: await readCachedImage(path, image, source, doubtOf), refreshFailure: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const withoutList = (record: ImageRecord | undefined): Doubt => ({ ...doubtOf(record), list: false });
    const cached = await readCachedImage(path, image, source, withoutList);
    return { cached, refreshFailure: error.message };
  }
}

async function newerVersion(
  image: WantedImage,
  { record, file }: CachedImage,
  wanted: Pick<Wanted, 'refresh'>,
  source: () => Promise<Source>,
): Promise<Pick<Fresh, 'isOutdated'> & Partial<Pick<Fresh, 'refreshFailure'>>> {
  const isAsked = mayBeRefreshed(image, wanted) && image.trust.list === undefined;
  if (!isAsked || record === undefined || file === undefined || wasFetchedNow(record))
    return { isOutdated: false };
  try {
    const { hasNewerVersion } = await import('../../node/images/newer-version.ts');
    return { isOutdated: await hasNewerVersion(image.url, record, await source()) };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { isOutdated: false, refreshFailure: error.message };
  }
}
