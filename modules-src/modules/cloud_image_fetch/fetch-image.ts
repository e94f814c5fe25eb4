import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checksumText, DEFAULT_ALGORITHM } from '../../pve/checksum.ts';
import { isUntouched, withoutLogin } from '../../pve/image-file.ts';
import { expectedDigest, fileIdentity } from '../../runtime/cached-image.ts';
import { readImageRecord } from '../../runtime/image-record.ts';
import type { Download, Downloaded } from '../../runtime/download.ts';
import { diskFailure } from '../../runtime/disk-space.ts';
import { removePart } from '../../runtime/download-part.ts';
import { withLock } from '../../runtime/file-lock.ts';
import { createTransport } from '../../runtime/http-request.ts';
import { checkImage } from '../../runtime/image-check.ts';
import { compressionOf, unpack } from '../../runtime/unpack.ts';
import { UserError } from '../../sdk/error.ts';
import type { FetchImageAction } from '../../sdk/step.ts';
import { keepImage, writeRecord } from './keep-image.ts';
import { downloadVerified } from './verified-download.ts';

/** Puts an image into the cache. Until it is whole and verified, nothing of it has its final name. */
export async function fetchImage(action: FetchImageAction): Promise<void> {
  const began = Date.now();
  const directory = dirname(action.path);
  try {
    await mkdir(directory, { recursive: true });
    await withLock(join(directory, `.${basename(action.path)}.lock`), async () => {
      if (!(await wasFetchedSince(began, action))) await fetchNow(action);
    });
  } catch (error) {
    throw diskFailure(error, directory);
  }
}

/** Whether another run, for which this one had to wait, has just fetched the same. */
async function wasFetchedSince(began: number, { path, url, checksum }: FetchImageAction): Promise<boolean> {
  const [record, file] = await Promise.all([readImageRecord(path), fileIdentity(path)]);
  return (
    record !== undefined &&
    file !== undefined &&
    isUntouched(record, file) &&
    Date.parse(record.fetched) >= began &&
    record.url === withoutLogin(url) &&
    (checksum === undefined || record.verified.includes(checksumText(checksum)))
  );
}

async function fetchNow(action: FetchImageAction): Promise<void> {
  const { path, checksum } = action;
  const source = { transport: createTransport(action), patience: action };
  // Before the download: without it, hours might be spent on a file that cannot be verified.
  const expected = checksum && (await expectedDigest(action.url, checksum, source));
  const wanted: Download = {
    url: action.url,
    part: `${path}.part`,
    algorithm: checksum?.algorithm ?? DEFAULT_ALGORITHM,
    willBeVerified: expected !== undefined,
    retries: action.retries,
    retryDelay: action.retryDelay,
  };
  const downloaded = await downloadVerified(wanted, expected, source.transport);
  const { file, content } = await unpacked(action, wanted, downloaded);
  try {
    const info = await checkImage(file, withoutLogin(action.url));
    await keepImage(file, path);
    await writeRecord(action, downloaded, content, info);
  } catch (error) {
    // What the checks refused would be refused again: the next run must not go on with it.
    if (error instanceof UserError) await removePart(wanted.part);
    throw error;
  } finally {
    if (file !== wanted.part) await rm(file, { force: true });
  }
  await removePart(wanted.part);
}

interface Unpacked {
  readonly file: string;
  /** `<algorithm>:<hex>` of it. */
  readonly content: string;
}

/** The image itself; content decides whether it is packed, as names may lack a suffix. */
async function unpacked(
  action: FetchImageAction,
  wanted: Download,
  { digest }: Downloaded,
): Promise<Unpacked> {
  const compression = await compressionOf(wanted.part);
  if (compression === undefined) return { file: wanted.part, content: digest };
  const file = `${action.path}.unpacked`;
  try {
    return { file, content: await unpack(wanted.part, file, compression, wanted.algorithm) };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
