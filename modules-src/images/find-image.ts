import { judge } from '../pve/images/cache.ts';
import type { ImageFolder } from '../pve/images/folder.ts';
import { ownerOf, whyInTheWay } from '../pve/images/ownership.ts';
import type { FoundImage, ImageWish } from '../sdk/image.ts';
import { checkImage } from './check.ts';
import { readFreshImage, wasFetchedNow } from './fresh-image.ts';
import { NotAtAGlance } from './not-at-a-glance.ts';
import { keepForImport } from './lease.ts';
import { imagePlaces } from './places.ts';
import type { Source } from './proof.ts';

/** What there is of a wanted image in a folder that is a cache. */
export async function findImage(wish: ImageWish, folder: ImageFolder): Promise<FoundImage> {
  const found = await findOwnImage(wish, folder);
  const { path, cached } = found;
  const isUsed = cached.file !== undefined && whyInTheWay(wish, found) === undefined;
  const isGone = isUsed && wish.isHeld && !(await keepForImport(path, cached.file));
  return isGone ? findImage(wish, folder) : found;
}

/** Somebody's own file is used when it is the wanted image; else the image gets another name. */
async function findOwnImage(wish: ImageWish, folder: ImageFolder): Promise<FoundImage> {
  const [path, other] = await imagePlaces(folder, wish.url, wish.trust.checksum);
  const found = await findAt(path, wish);
  const why = ownerOf(found.cached) === 'foreign' ? whyInTheWay(wish, found) : undefined;
  return why === undefined ? found : { ...(await findAt(other, wish)), kept: { path, why } };
}

async function findAt(path: string, wish: ImageWish): Promise<FoundImage> {
  const { cached, ...freshness } = await readFreshImage(path, wish, () => sourceOf(wish));
  const verdict = judge(wish, cached);
  const isNew = verdict.good && verdict.record === undefined;
  return {
    path,
    cached,
    ...freshness,
    fetchedNow: wasFetchedNow(cached.record),
    info: isNew ? await checkImage(path) : undefined,
  };
}

/** How the server is reached, loaded only when a list of checksums must be asked for. */
export async function sourceOf({
  network,
  retries,
  retryDelay,
  isGlance,
}: Pick<ImageWish, 'network' | 'retries' | 'retryDelay' | 'isGlance'>): Promise<Source> {
  if (isGlance === true) throw new NotAtAGlance('asking a server');
  const { createTransport } = await import('../http/request.ts');
  return { transport: await createTransport(network), patience: { retries, retryDelay } };
}
