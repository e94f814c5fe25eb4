import { findImage as findHere, sourceOf } from '../../images/find-image.ts';
import { withRetries } from '../../http/retry.ts';
import { proofOf } from '../../images/proof.ts';
import { unknownsOf } from '../../pve/images/cache.ts';
import { isPackedName, shownUrl } from '../../pve/images/file.ts';
import type { Readings } from '../../sdk/cluster.ts';
import type { ImageRecord, ImageWish, Proof } from '../../sdk/image.ts';
import { StepError } from '../../sdk/step-error.ts';
import { UserError } from '../../sdk/error.ts';
import type { Api } from '../api.ts';
import {
  controllerCache,
  imageStorage,
  isStoredAs,
  storedImages,
  storedName,
  virtualSize,
  volumeIdentity,
  wholeVolumes,
  type StoredImage,
} from './storage.ts';

/** An image is there when its storage has it; what is known of it is on the controller, or told by its publisher. */
export const findImage =
  (api: Api): Readings['findImage'] =>
  async wish => {
    const storage = await imageStorage(api, wish.place);
    const [here, stored] = await Promise.all([findHere(wish, controllerCache()), storedImages(api, storage)]);
    const { file, record } = here.cached;
    const known = record ?? (await listedImage(api, wish, stored));
    const name = storedName(wish.url, known?.content, known?.format);
    const [found] = known === undefined ? [] : wholeVolumes(stored, { ...known, url: wish.url });
    const path = found?.volume ?? `${storage}:import/${name}`;
    if (found === undefined || known === undefined)
      return { ...here, path, cached: { ...here.cached, file: undefined } };
    const proof = file === undefined ? await newProof(wish, known) : here.cached.proof;
    return {
      ...here,
      path,
      // What there may be of it on the controller is not what a disk is made of.
      cached: { ...here.cached, file: known.identity, record: known, proof },
      fetchedNow: here.fetchedNow || Date.parse(known.fetched) >= performance.timeOrigin,
    };
  };

/**
 * Of an image that is on the storage alone: what is demanded of it that its record does not tell, and whether its publisher
 * has another one meanwhile. Nothing hashes it there: the digest that it was noted with is compared.
 */
async function newProof(wish: ImageWish, known: ImageRecord): Promise<Proof | undefined> {
  const isNew = Date.parse(known.fetched) >= performance.timeOrigin;
  const doubt = { file: false, list: wish.isRefreshed && !isNew };
  return unknownsOf(wish, known.identity, known, doubt).proof ? published(wish) : undefined;
}

/** What vouches for the image, where it can be asked. */
export async function published(
  wish: Pick<ImageWish, 'url' | 'trust' | 'network' | 'retries' | 'retryDelay' | 'isGlance'>,
): Promise<Proof | undefined> {
  try {
    const proof = await proofOf(wish.url, wish.trust, () => sourceOf(wish));
    return proof.digests.length === 0 ? undefined : proof;
  } catch (error) {
    // The fetch that follows says why.
    if (error instanceof StepError || error instanceof UserError) return undefined;
    throw error;
  }
}

/** An image that another controller has brought to the storage: its name has the digest that is published. */
async function listedImage(
  api: Api,
  wish: ImageWish,
  stored: readonly StoredImage[],
): Promise<ImageRecord | undefined> {
  // What a digest is of, and is not: what was unpacked has another one.
  if (isPackedName(wish.url) || !stored.some(({ volume }) => isStoredAs(volume, wish.url, undefined)))
    return undefined;
  const proof = await published(wish);
  const [digest] = proof?.digests ?? [];
  if (digest === undefined) return undefined;
  const candidates = stored.filter(({ volume }) => isStoredAs(volume, wish.url, digest));
  if (candidates.length === 0) return undefined;
  const size = await publishedSize(wish);
  const found = candidates.find(({ bytes }) => (size ?? bytes) === bytes);
  if (found === undefined) return undefined;
  return storedRecord(wish.url, digest, proof?.verified ?? [], found, await virtualSize(api, found.volume));
}

/** Bytes of the image where it comes from; undefined where nobody tells. What is on its way to the storage has fewer. */
async function publishedSize(wish: ImageWish): Promise<number | undefined> {
  try {
    const { transport, patience } = await sourceOf(wish);
    const { httpGet } = await import('../../http/get.ts');
    const { response } = await withRetries(
      () => httpGet({ url: wish.url, headers: {} }, transport),
      patience,
    );
    response.destroy();
    const length = Number(response.headers['content-length']);
    return response.statusCode === 200 && length > 0 ? length : undefined;
  } catch (error) {
    if (error instanceof StepError || error instanceof UserError) return undefined;
    throw error;
  }
}

export const storedRecord = (
  url: string,
  digest: string,
  verified: readonly string[],
  { volume, bytes, made }: StoredImage,
  size: number,
): ImageRecord => ({
  url: shownUrl(url),
  digest,
  content: digest,
  verified,
  identity: volumeIdentity(bytes),
  format: volume.slice(volume.lastIndexOf('.') + 1),
  virtualSize: size,
  fetched: new Date(made * 1000).toISOString(),
});
