import { basename, dirname, join } from 'node:path';
import { lastOfUse, mayGo } from '../pve/images/ownership.ts';
import type { ImageRecord, UnusedImage } from '../sdk/image.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { unlessLocked } from '../system/file-lock.ts';
import { isLink, listDirectory } from '../system/files.ts';
import { claimedSince } from './claimed-file.ts';
import { readImageRecord } from './record.ts';

const DAY = 24 * 3600 * 1000;

/**
 * Images of ours in a folder that no run wanted for more than `days` days and that no VM of the cluster came from or has
 * attached, and downloads that were given up as long ago; never those of `wanted`, nor one that is being fetched or
 * imported. `configs` are the configurations of all guests of the cluster.
 */
export async function prunableIn(
  directory: string,
  configs: readonly string[],
  days: number,
  wanted: string,
): Promise<readonly UnusedImage[]> {
  const names = (await listDirectory(directory)).flatMap(name => /^\.(.+)\.json$/.exec(name)?.[1] ?? []);
  const paths = names.map(name => join(directory, name)).filter(path => imageOf(path) !== wanted);
  const found = await Promise.all(
    paths.map(async path => ({ path, days: (await idleDays(path, configs)) ?? 0 })),
  );
  const old = found.filter(item => item.days > days);
  const free = await Promise.all(old.map(({ path }) => isFree(path)));
  return old.filter((_, index) => free[index]);
}

/** Days since it was last of use; undefined when it is in use, or not provably ours to the last of its times. */
export async function idleDays(path: string, configs: readonly string[]): Promise<number | undefined> {
  const record = await readImageRecord(path);
  if (isNamed(path, record, configs)) return undefined;
  const since = record === undefined ? await claimedSince(path) : await unusedSince(path, record);
  return since === undefined ? undefined : Math.floor((Date.now() - since) / DAY);
}

function isNamed(path: string, record: ImageRecord | undefined, configs: readonly string[]): boolean {
  const name = basename(path);
  const digests = record === undefined ? [] : [record.digest, record.content];
  // PVE writes descriptions, and our marker in them, with some characters encoded.
  const signs = [name, encodeURIComponent(name), ...digests.map(text => text.slice(text.indexOf(':') + 1))];
  return configs.some(text => signs.some(sign => text.includes(sign)));
}

async function unusedSince(path: string, record: ImageRecord): Promise<number | undefined> {
  if ((await isLink(path)) || !mayGo(record, await fileIdentity(path))) return undefined;
  return lastOfUse(record);
}

/** Files beside an image that become it: what is downloaded, and what is unpacked of it. */
export const BEGINNINGS = ['part', 'unpacked', 'member'] as const;

const IS_BEGINNING = new RegExp(`\\.(?:${BEGINNINGS.join('|')})$`);

const imageOf = (path: string): string => path.replace(IS_BEGINNING, '');

/** The lock of whoever puts the image into the cache, or takes it away. */
export const imageLock = (path: string): string => join(dirname(path), `.${basename(imageOf(path))}.lock`);

const isFree = async (path: string): Promise<boolean> =>
  (await unlessLocked(imageLock(path), () => Promise.resolve())) &&
  unlessLocked(path, () => Promise.resolve());
