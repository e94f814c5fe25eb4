import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { datedBuild } from '../pve/images/dated-build.ts';
import { isUntouched, metadataPath, renderImageRecord, shownUrl, withoutLogin } from '../pve/images/file.ts';
import { fileIdentity } from '../system/file-identity.ts';
import type { PartOrigin } from './download/part.ts';
import type { Downloaded } from './download/transfer.ts';
import type { ImageInfo } from './info.ts';
import { withLock } from '../system/file-lock.ts';
import { writeAtomically } from '../system/files.ts';
import { openOwn } from '../system/own-file.ts';
import { removeClaimed } from './claimed-file.ts';
import { BEGINNINGS, imageLock } from './prunable.ts';
import { changedMeanwhile, noteImage, readSideFile } from './record.ts';
import { withNobodyImporting } from './pinned.ts';
import type { FetchImageAction, NoteImageAction } from '../sdk/step.ts';
import type { FileIdentity, ImageRecord, Proof } from '../sdk/image.ts';

type NamelessRecord = Omit<ImageRecord, 'identity'>;

/**
 * Gives a file its final name once its bytes are on the disk. It is noted before it has the name, too: a run that dies in
 * between leaves nothing that the next one would take for somebody's own file.
 */
export async function keepImage(
  file: string,
  action: FetchImageAction,
  record: NamelessRecord,
): Promise<void> {
  const { path } = action;
  const image = await openOwn(file);
  try {
    await image.chmod(0o644);
    await image.sync();
    await requireAsSeen(action);
    const { record: former, isForeign } = await readSideFile(path);
    if (isForeign) throw changedMeanwhile(metadataPath(path));
    await note(path, former, { ...record, identity: await identityOf(file) });
    await withNobodyImporting(path, async () => {
      await requireAsSeen(action);
      await rename(file, path);
    });
  } finally {
    await image.close();
  }
  await syncDirectory(dirname(path));
  // The note is the last: a run that dies before it is finished by the next one, which finds it wanting.
  await removeBeginnings(path);
  await note(path, { ...record, identity: await identityOf(path) });
}

async function removeBeginnings(path: string): Promise<void> {
  for (const suffix of BEGINNINGS) await removeClaimed(`${path}.${suffix}`);
}

/** Notes what is known of an image that is there, and removes what a run that died has left of its download. */
export async function noteKept({ path, record }: Pick<NoteImageAction, 'path' | 'record'>): Promise<void> {
  await withLock(imageLock(path), async () => {
    if (!isUntouched(record, await identityOf(path))) throw changedMeanwhile(path);
    await removeBeginnings(path);
    await noteImage({ path, record });
  });
}

const note = (path: string, record: ImageRecord | undefined, next?: ImageRecord): Promise<void> =>
  writeAtomically(metadataPath(path), renderImageRecord(record, next), 0o644);

/** What stands under the name of the image must be what was there when it was planned: nothing else is given up. */
export async function requireAsSeen({ path, replaces }: FetchImageAction): Promise<void> {
  const now = await fileIdentity(path);
  const isSame =
    now === undefined || replaces === undefined ? now === replaces : isUntouched({ identity: replaces }, now);
  if (!isSame) throw changedMeanwhile(path);
}

async function identityOf(path: string): Promise<FileIdentity> {
  const identity = await fileIdentity(path);
  // Somebody has removed it.
  if (identity === undefined) throw changedMeanwhile(path);
  return identity;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** What is known about an image that is just about to get its final name. */
export function recordOf(
  { url }: FetchImageAction,
  { digest, origin, finalUrl, transfer }: Downloaded,
  { verified, list }: Proof,
  content: string,
  { format, virtualSize }: ImageInfo,
): NamelessRecord {
  const isMirror = origin.url !== shownUrl(url);
  const build = datedBuild(withoutLogin(url), finalUrl, digest, list);
  return {
    url: shownUrl(url),
    digest,
    content,
    verified,
    format,
    virtualSize,
    fetched: new Date().toISOString(),
    ...(isMirror ? {} : validators(origin)),
    ...(build !== undefined && { build }),
    transfer: { ...transfer, ...(isMirror && { mirror: origin.url }) },
  };
}

/** What the next run may ask the server by; a mirror's would say nothing to it. */
const validators = ({ etag, lastModified }: PartOrigin): Pick<ImageRecord, 'etag' | 'lastModified'> => ({
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { lastModified }),
});
