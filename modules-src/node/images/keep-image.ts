import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Proof } from '../../pve/images/cache.ts';
import { datedBuild } from '../../pve/images/dated-build.ts';
import { metadataPath, renderImageRecord, withoutLogin, type ImageRecord } from '../../pve/images/file.ts';
import { fileIdentity } from '../../system/file-identity.ts';
import type { PartOrigin } from './download-part.ts';
import type { Downloaded } from './download.ts';
import type { ImageInfo } from './info.ts';
import { writeAtomically } from '../../system/files.ts';
import { openOwn } from '../../system/own-file.ts';
import { withNobodyImporting } from './pinned.ts';
import type { FetchImageAction } from '../../sdk/step.ts';

/** Gives a file its final name once its bytes are on the disk. */
export async function keepImage(file: string, path: string): Promise<void> {
  const image = await openOwn(file);
  try {
    await image.chmod(0o644);
    await image.sync();
    await withNobodyImporting(path, () => rename(file, path));
  } finally {
    await image.close();
  }
  await syncDirectory(dirname(path));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Notes what is known about the image that has just got its final name. */
export async function writeRecord(
  { url, path }: FetchImageAction,
  { digest, origin, finalUrl, transfer }: Downloaded,
  { verified, unsigned, list }: Proof,
  content: string,
  { format, virtualSize }: ImageInfo,
): Promise<void> {
  const identity = await fileIdentity(path);
  if (identity === undefined) throw new Error(`${path} is gone`);
  const isMirror = origin.url !== withoutLogin(url);
  const build = datedBuild(withoutLogin(url), finalUrl, digest, list);
  const record: ImageRecord = {
    url: withoutLogin(url),
    digest,
    content,
    verified,
    ...(unsigned !== undefined && { unsigned }),
    identity,
    format,
    virtualSize,
    fetched: new Date().toISOString(),
    ...(isMirror ? {} : validators(origin)),
    ...(build !== undefined && { build }),
    transfer: { ...transfer, ...(isMirror && { mirror: origin.url }) },
  };
  await writeAtomically(metadataPath(path), renderImageRecord(record), 0o644);
}

/** What the next run may ask the server by; a mirror's would say nothing to it. */
const validators = ({ etag, lastModified }: PartOrigin): Pick<ImageRecord, 'etag' | 'lastModified'> => ({
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { lastModified }),
});
