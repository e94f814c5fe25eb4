import { join } from 'node:path';
import { metadataPath } from '../../pve/images/file.ts';
import { readImageRecord } from './record.ts';
import { listDirectory, readText, statOf } from '../../system/files.ts';
import { configFile, listGuests } from '../vms/files.ts';

/** A file of the cache that nobody needs any more, and its side file. */
export interface Prunable {
  readonly path: string;
  readonly sideFile: string;
  readonly days: number;
}

const DAY = 24 * 3600 * 1000;

/**
 * Images of ours in the cache that were fetched more than `days` days ago and that no VM of the cluster came from or
 * has attached, and downloads that were given up as long ago; never those of `wanted`. Nothing where the cluster's VMs
 * cannot be seen.
 */
export async function findPrunable(
  directory: string,
  days: number,
  wanted: string,
  now = Date.now(),
): Promise<readonly Prunable[]> {
  const guests = await listGuests();
  if ((await listDirectory('/etc/pve/nodes')).length === 0) return [];
  const texts = await Promise.all(guests.map(guest => readText(configFile(guest))));
  const configs = texts.filter(text => text !== undefined);
  const names = (await listDirectory(directory)).flatMap(name => /^\.(.+)\.json$/.exec(name)?.[1] ?? []);
  const paths = names.map(name => join(directory, name)).filter(path => !isOf(path, wanted));
  const found = await Promise.all(paths.map(path => prunable(path, configs, now)));
  return found.filter(item => item !== undefined).filter(item => item.days > days);
}

const isOf = (path: string, wanted: string): boolean => path === wanted || path === `${wanted}.part`;

async function prunable(
  path: string,
  configs: readonly string[],
  now: number,
): Promise<Prunable | undefined> {
  const since = path.endsWith('.part') ? (await statOf(path))?.mtimeMs : await fetchedUnused(path, configs);
  if (since === undefined) return undefined;
  return { path, sideFile: metadataPath(path), days: Math.floor((now - since) / DAY) };
}

/** When an image was fetched; undefined when it is not ours, or when a VM names its file or its digest. */
async function fetchedUnused(path: string, configs: readonly string[]): Promise<number | undefined> {
  const record = await readImageRecord(path);
  if (record === undefined) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const hex = [record.digest, record.content].map(digest => digest.slice(digest.indexOf(':') + 1));
  // PVE writes descriptions, and our marker in them, with some characters encoded.
  const signs = [name, encodeURIComponent(name), ...hex];
  return configs.some(text => signs.some(sign => text.includes(sign)))
    ? undefined
    : Date.parse(record.fetched);
}
