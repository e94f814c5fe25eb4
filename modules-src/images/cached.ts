import { NO_DOUBT, unknownsOf, type Doubt } from '../pve/images/cache.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { exposureOf } from '../system/exposure.ts';
import { isLink } from '../system/files.ts';
import { NotAtAGlance } from './not-at-a-glance.ts';
import { proofOf, type Source } from './proof.ts';
import { readSideFile } from './record.ts';
import type { CachedImage, ImageRecord, ImageWish, WantedImage } from '../sdk/image.ts';

/** The file and its record, and whatever else it takes to say whether the cached image is the wanted one. */
export async function readCachedImage(
  path: string,
  wanted: WantedImage & Pick<ImageWish, 'isGlance'>,
  source: () => Promise<Source>,
  doubtOf: (record: ImageRecord | undefined) => Doubt = () => NO_DOUBT,
): Promise<CachedImage> {
  const [file, { record, isForeign }, isLinked, exposure] = await Promise.all([
    fileIdentity(path),
    readSideFile(path),
    isLink(path),
    exposureOf(path),
  ]);
  const doubt = doubtOf(record);
  const unknowns = unknownsOf(wanted, file, record, doubt);
  if (wanted.isGlance === true && unknowns.digests.length > 0) throw new NotAtAGlance('its digest');
  return {
    file,
    record,
    digests: await digestsOf(path, unknowns.digests),
    isRehashed: doubt.file,
    isLink: isLinked,
    isExposed: exposure !== undefined,
    hasForeignNote: isForeign,
    proof: unknowns.proof ? await proofOf(wanted.url, wanted.trust, source) : undefined,
  };
}

/** Hashing and HTTP are loaded when they are needed: a cached image that is known to be good costs neither. */
async function digestsOf(path: string, algorithms: readonly string[]): Promise<readonly string[]> {
  if (algorithms.length === 0) return [];
  const { fileDigests } = await import('../system/file-digest.ts');
  return fileDigests(path, algorithms);
}
