import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { algorithmOf, DEFAULT_ALGORITHM } from '../pve/images/checksum.ts';
import { shownUrl, withoutLogin } from '../pve/images/file.ts';
import type { Download, Downloaded } from './download/transfer.ts';
import {
  diskFailure,
  isFull,
  limitFor,
  requireOrdinaryDirectory,
  type SizeLimit,
} from '../system/disk-space.ts';
import { claimFile, removeClaimed } from './claimed-file.ts';
import { imageLock } from './prunable.ts';
import { withLock } from '../system/file-lock.ts';
import { createTransport } from '../http/request.ts';
import { proofOf, verifyImage, type Source } from './proof.ts';
import { requireUnexposed } from '../system/exposure.ts';
import { checkImage } from './check.ts';
import { archiveOf, unpackArchive } from './download/archive.ts';
import { compressionOf, unpack, unpackedSize } from './download/unpack.ts';
import { UserError } from '../sdk/error.ts';
import type { FetchImageAction } from '../sdk/step.ts';
import { whyMissing } from './download/missing.ts';
import { about } from './download/transfer.ts';
import { downloadFromAny } from './download/mirrors.ts';
import { keepImage, recordOf, requireAsSeen } from './keep-image.ts';
import { downloadVerified } from './download/verified.ts';
import type { Proof } from '../sdk/image.ts';

/** Puts an image into the cache. Until it is whole and verified, nothing of it has its final name. */
export async function fetchImage(action: FetchImageAction): Promise<void> {
  const directory = dirname(action.path);
  try {
    requireOrdinaryDirectory(directory);
    await requireUnexposed(directory);
    await mkdir(directory, { recursive: true, mode: 0o755 });
    await requireUnexposed(directory);
    await withLock(imageLock(action.path), async () => {
      // Another run, for which this one had to wait, may have just fetched the same.
      await requireAsSeen(action);
      await fetchNow(action);
    });
  } catch (error) {
    throw diskFailure(error, directory);
  }
}

async function fetchNow(action: FetchImageAction): Promise<void> {
  const { url, trust } = action;
  const source = { transport: await createTransport(action.network), patience: action };
  // Before the download: without it, hours might be spent on a file that cannot be verified.
  const proof = await proofOf(withoutLogin(url), trust, () => Promise.resolve(source)).catch(
    async (error: unknown) => {
      // A list that says nothing of an image is the lesser fault where there is no such image.
      const missing = whyMissing([url, ...action.mirrors], source.transport).catch(() => undefined);
      throw (await missing) ?? error;
    },
  );
  const wanted = wantedDownload(action, proof);
  const downloaded = await downloadFromAny([url, ...action.mirrors], from =>
    downloadVerified({ ...wanted, url: from }, proof.digests, source.transport),
  );
  try {
    const { file, content } = await unpacked(action, wanted, downloaded);
    try {
      const verified = [...proof.verified, ...(await signedImage(action, wanted.part, source))];
      const info = await checkImage(file, shownUrl(url));
      await keepImage(file, action, recordOf(action, downloaded, { ...proof, verified }, content, info));
    } catch (error) {
      if (file !== wanted.part) await removeClaimed(file);
      throw error;
    }
  } catch (error) {
    // What the checks refused would be refused again: the next run must not go on with it.
    if (error instanceof UserError || isFull(error)) await removeClaimed(wanted.part);
    throw error;
  }
}

const wantedDownload = (
  { url, path, limits, retries, retryDelay }: FetchImageAction,
  proof: Proof,
): Download => ({
  url,
  part: `${path}.part`,
  algorithm: algorithmOf(proof.digests[0] ?? '') ?? DEFAULT_ALGORITHM,
  willBeVerified: proof.digests.length > 0,
  limits,
  retries,
  retryDelay,
});

/** A signature that is over the image itself, and not over a list of checksums. */
async function signedImage(
  { url, trust: { list, signature } }: FetchImageAction,
  part: string,
  source: Source,
): Promise<readonly string[]> {
  return list !== undefined || signature === undefined
    ? []
    : [await verifyImage(part, url, signature, source)];
}

interface Unpacked {
  readonly file: string;
  /** `<algorithm>:<hex>` of it. */
  readonly content: string;
}

/** The image itself; content decides whether it is packed, as names may lack a suffix. */
async function unpacked(
  action: FetchImageAction,
  { part, algorithm }: Download,
  { digest }: Downloaded,
): Promise<Unpacked> {
  const compression = await compressionOf(part);
  const plain =
    compression === undefined
      ? { file: part, content: digest }
      : await inNewFile(action, 'unpacked', await unpackedSize(part, compression), (file, limit) =>
          unpack(part, file, compression, algorithm, limit),
        );
  const archive = await archiveOf(plain.file);
  if (archive === undefined) return plain;
  try {
    return await inNewFile(action, 'member', undefined, (file, limit) =>
      unpackArchive(plain.file, file, archive, algorithm, limit),
    );
  } finally {
    if (plain.file !== part) await removeClaimed(plain.file);
  }
}

/** Fills a file of ours beside the image's, of `bytes` if that is known; nothing stays of one that cannot be. */
async function inNewFile(
  { path, url, limits }: FetchImageAction,
  suffix: 'unpacked' | 'member',
  bytes: number | undefined,
  fill: (file: string, limit: SizeLimit) => Promise<string>,
): Promise<Unpacked> {
  const file = `${path}.${suffix}`;
  try {
    const limit = await limitFor(dirname(file), limits, bytes);
    await claimFile(file);
    return { file, content: await fill(file, limit) };
  } catch (error) {
    await removeClaimed(file);
    throw about(url, error);
  }
}
