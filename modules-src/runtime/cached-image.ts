import { stat } from 'node:fs/promises';
import { digestFromList } from '../pve/checksum-list.ts';
import { unknownsOf, type CachedImage, type WantedImage } from '../pve/image-cache.ts';
import { withoutLogin, type FileIdentity } from '../pve/image-file.ts';
import { UserError } from '../sdk/error.ts';
import type { ImageChecksum } from '../sdk/step.ts';
import type { Transport } from './http-request.ts';
import { readImageRecord } from './image-record.ts';
import { isMarkup } from './image-info.ts';
import { isMissing } from './node-files.ts';
import { StepError } from './perform.ts';
import { withRetries, type Patience } from './retry.ts';

/** How a sums file is reached; made only when one is needed. */
export interface Source {
  readonly transport: Transport;
  readonly patience: Patience;
}

/** The file and its record, and whatever else it takes to say whether the cached image is the wanted one. */
export async function readCachedImage(
  path: string,
  wanted: WantedImage,
  source: () => Promise<Source>,
): Promise<CachedImage> {
  const [file, record] = await Promise.all([fileIdentity(path), readImageRecord(path)]);
  const unknowns = unknownsOf(wanted, file, record);
  return {
    file,
    record,
    digests: await digestsOf(path, unknowns.digests),
    listed: unknowns.list ? await listedDigest(wanted, await source()) : undefined,
  };
}

/** What tells one state of a file from another; undefined when there is none. */
export async function fileIdentity(path: string): Promise<FileIdentity | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) throw new UserError(`cannot use ${path} as a disk image: it is no file; remove it`);
    const { size, ino, mtimeNs, ctimeNs } = found;
    return { size: Number(size), inode: String(ino), mtimeNs: String(mtimeNs), ctimeNs: String(ctimeNs) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function listedDigest(wanted: WantedImage, source: Source): Promise<string | undefined> {
  return wanted.checksum === undefined ? undefined : expectedDigest(wanted.url, wanted.checksum, source);
}

/** `<algorithm>:<hex>` that the image must have; a sums file is fetched for it. */
export async function expectedDigest(
  imageUrl: string,
  { algorithm, digest }: ImageChecksum,
  source: Source,
): Promise<string> {
  if (typeof digest === 'string') return `${algorithm}:${digest}`;
  const list = await listText(imageUrl, digest.url, source);
  return digestFromList(list, { imageUrl, listUrl: digest.url, algorithm });
}

/** Hashing and HTTP are loaded when they are needed: a cached image that is known to be good costs neither. */
async function digestsOf(path: string, algorithms: readonly string[]): Promise<readonly string[]> {
  if (algorithms.length === 0) return [];
  const { fileDigests } = await import('./file-digest.ts');
  return fileDigests(path, algorithms);
}

async function listText(imageUrl: string, listUrl: string, { transport, patience }: Source): Promise<string> {
  const { httpGetText } = await import('./http-get.ts');
  const list = await withRetries(() => httpGetText(listUrl, transport), patience).catch((error: unknown) => {
    if (!(error instanceof StepError)) throw error;
    throw new UserError(
      `cannot verify ${withoutLogin(imageUrl)}: no checksums at ${withoutLogin(listUrl)}: ${error.message}`,
    );
  });
  if (!isMarkup(Buffer.from(list))) return list;
  throw new UserError(
    `cannot verify ${withoutLogin(imageUrl)}: ${withoutLogin(listUrl)} is a web page, no list of checksums; check its URL`,
  );
}
