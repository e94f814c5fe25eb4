import type { Stats } from 'node:fs';
import { lstat, readlink, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../sdk/error.ts';
import { entryAt } from './files.ts';
import { runCommand } from './run-command.ts';

/** Something on the way to a file by which others than root could exchange it. */
export interface Exposure {
  readonly place: string;
  readonly why: string;
}

/**
 * Where others than root could exchange what a path leads to; undefined: nowhere. Each directory and link on the way, by the
 * path as it is given and by where its links lead, must belong to root or to us, and nobody else may write there; in a sticky
 * directory, such as /tmp, nobody touches what is another's. Of a path that does not exist, as far as it does.
 */
export async function exposureOf(path: string): Promise<Exposure | undefined> {
  const places = await placesOn(path);
  const target = places.at(-1);
  const shared = target !== undefined && (await isShare(target.path)) ? target.found.dev : undefined;
  for (const { path: place, found } of places.filter(one => one.found.dev !== shared)) {
    const isEnd = place === target?.path && target.isEnd;
    const why = exchangeable(found, isEnd) ?? (await grantsOthers(place, found));
    if (why !== undefined) return { place, why };
  }
  return undefined;
}

/** Refuses what others could exchange. */
export async function requireUnexposed(path: string): Promise<void> {
  const exposure = await exposureOf(path);
  if (exposure === undefined) return;
  const { place, why } = exposure;
  throw new UserError(
    `${path} is not used: ${place} ${why}, so that files in it could be exchanged; ${wayOut(exposure)}`,
  );
}

export const wayOut = ({ place, why }: Exposure): string =>
  why.startsWith('is a link')
    ? `give the path that ${place} leads to, or run \`chown -h root:root ${place}\``
    : `run \`chown root:root ${place} && chmod go-w ${place}\`, or choose another directory`;

interface Place {
  readonly path: string;
  readonly found: Stats;
  /** The path ends here; else it goes on to what is missing. */
  readonly isEnd: boolean;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

async function placesOn(path: string): Promise<readonly Place[]> {
  const places: Place[] = [{ path: '/', found: await lstat('/'), isEnd: false }];
  let [at, left, links] = ['/', namesIn(path), 0];
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const entry = name === '..' ? dirname(at) : join(at, name);
    const found = await entryAt(entry);
    if (found === undefined) return places;
    places.push({ path: entry, found, isEnd: left.length === 0 && !found.isSymbolicLink() });
    if (!found.isSymbolicLink()) {
      at = entry;
      continue;
    }
    if (++links > MOST_LINKS)
      throw new UserError(`${path} is not used: its links lead in a circle; correct it`);
    const to = await readlink(entry);
    if (to.startsWith('/')) at = '/';
    left = [...namesIn(to), ...left];
  }
  return places;
}

const namesIn = (path: string): string[] => path.split('/').filter(name => name !== '' && name !== '.');

const STICKY = 0o1000;

/** Who besides root and us may exchange a file, or what is in a directory, as words. */
export function exchangeable(found: Stats, isEnd: boolean): string | undefined {
  const { uid, gid, mode } = found;
  const isLink = found.isSymbolicLink();
  if (![0, ownUser()].includes(uid)) return isLink ? `is a link of user ${uid}` : `belongs to user ${uid}`;
  const isOpen = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
  const isSticky = (mode & STICKY) !== 0;
  return isOpen && !isLink && (isEnd || !isSticky) ? 'may be written to by others than root' : undefined;
}

/**
 * An access control list shows in the mode as rights of the group, even of root's, which else is nobody. ls marks it with a
 * plus sign.
 */
async function grantsOthers(place: string, { gid, mode }: Stats): Promise<string | undefined> {
  if ((mode & 0o020) === 0 || gid !== 0) return undefined;
  const { stdout } = await runCommand(['ls', '-ld', '--', place]);
  return /^\S{10}\+/.test(stdout) ? 'has an access control list that lets others write to it' : undefined;
}

export const ownUser = (): number => process.getuid?.() ?? 0;

/** NFS, SMB, SMB2, CephFS. */
const SHARES: ReadonlySet<number> = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x00c36400]);

/** On a file system that machines share, its server decides who writes, and may give what root writes to somebody else. */
export const isShare = async (path: string): Promise<boolean> => SHARES.has((await statfs(path)).type);
