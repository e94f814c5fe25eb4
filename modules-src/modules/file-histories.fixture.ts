import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { answer, cutAfter, file, serve, type ScriptedServer } from '../http/scripted-server.fixture.ts';
import { withPinned } from '../images/pinned.ts';
import { prunableIn } from '../images/prunable.ts';
import { removeUnused } from '../images/remove-image.ts';
import * as node from '../node/cluster.ts';
import { alternativePath } from '../pve/images/file.ts';
import { BrokenOff, converge } from '../runtime/converge.ts';
import { UserError } from '../sdk/error.ts';
import { FETCH_DEFAULTS } from './cloud_image_fetch/defaults.fixture.ts';
import cloudImageFetch from './cloud_image_fetch/module.ts';

/** One thing that happens; numbers choose among what there is. */
export interface FileEvent {
  readonly what: keyof typeof HAND | keyof typeof ROLE | keyof typeof TIME;
  readonly which: number;
  readonly other: number;
  /** What the user does while the role is at work. */
  readonly meanwhile?: keyof typeof HAND | undefined;
}

/** A cache of images in which the role and a user work in turn. */
export interface FileWorld {
  readonly server: ScriptedServer;
  readonly cache: string;
  /** Versions of each image that its publisher has made. */
  readonly versions: Map<string, number>;
  /** Files that the user has made or changed, with what they are. */
  readonly theirs: Map<string, string>;
  /** Names in the configurations of VMs. */
  readonly attached: Set<string>;
  /** What the user does when the role has looked and begins to work. */
  interrupt: (() => void) | undefined;
  /** Bytes after which the connection breaks. */
  cut: number | undefined;
  made: number;
  refusals: number;
  fetched: number;
  imported: number;
  pruned: number;
}

/** Where all may write, each look at the cache costs a program that reads access control lists. */
const PLACE = process.getuid?.() === 0 ? '/run' : tmpdir();

const IMAGES = ['/a/noble.img', '/b/noble.img', '/a/jammy.img.gz'] as const;
const imageAt = (number: number): (typeof IMAGES)[number] => IMAGES[number % IMAGES.length] ?? IMAGES[0];

/** A boot sector makes it a disk. */
function bytesOf(path: string, version: number): Buffer {
  const image = Buffer.alloc(8192, `${path} ${version} `);
  image.writeUInt16BE(0x55aa, 510);
  return path.endsWith('.gz') ? gzipSync(image) : image;
}

export async function newFileWorld(): Promise<FileWorld> {
  const server = await serve((request, response) => {
    world.interrupt?.();
    const path = request.url ?? '';
    const body = bytesOf(path, world.versions.get(path) ?? 0);
    const etag = `"${path}-${world.versions.get(path) ?? 0}"`;
    if (request.headers['if-none-match'] === etag) {
      answer(304)(request, response);
      return;
    }
    (world.cut === undefined ? file(body, etag) : cutAfter(world.cut, body, etag))(request, response);
  });
  const world: FileWorld = {
    ...{ server, cache: mkdtempSync(join(PLACE, 'histories-')), interrupt: undefined, cut: undefined },
    ...{ versions: new Map(), theirs: new Map(), attached: new Set() },
    ...{ made: 0, refusals: 0, fetched: 0, imported: 0, pruned: 0 },
  };
  return world;
}

export async function closeFileWorld({ server, cache }: FileWorld): Promise<void> {
  await server.close();
  rmSync(cache, { recursive: true });
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** What a file is to whoever has made it. */
function stateOf(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() === true) return `link to ${readlinkSync(path)}`;
  return found?.isFile() === true ? `${found.size} bytes ${sha256(readFileSync(path))}` : undefined;
}

const namesIn = (cache: string): readonly string[] => readdirSync(cache).sort();

/* What the user does. */

/** `name` is a file that is there, `free` a name that is not taken. */
type Hand = (world: FileWorld, name: string, free: string) => void;

const isNote = (name: string): boolean => name.startsWith('.');
const noteOf = (name: string): string => `.${name}.json`;
const isOfUse = (path: string): boolean => !isNote(basename(path)) && !isOurPart(path);
const isOurPart = (name: string): boolean => /\.(?:part|unpacked)$/.test(name);
const isEmptyPart = (path: string): boolean => isOurPart(path) && lstatSync(path).size === 0;
const mine = (world: FileWorld): string => `made by hand, the ${++world.made}. time`;

/** Notes and downloads in the making are the role's own until somebody puts another file there. */
const inPlace =
  (edit: (path: string, world: FileWorld) => void): Hand =>
  (world, name) => {
    const path = join(world.cache, name);
    // No link that leads nowhere, nor to what is the role's own.
    if (existsSync(path) && [path, realpathSync(path)].every(isOfUse)) edit(path, world);
  };

/** A bit of it, with its time set back. */
function spoil(path: string): void {
  const { mtime } = lstatSync(path);
  const bytes = readFileSync(path);
  if (bytes.length > 1000) bytes.writeUInt8(bytes.readUInt8(999) ^ 1, 999);
  writeFileSync(path, bytes);
  utimesSync(path, mtime, mtime);
}

const HAND = {
  put: (world: FileWorld, _: string, free: string) => writeFileSync(join(world.cache, free), mine(world)),
  putImage: ({ cache }: FileWorld, name: string, free: string) => {
    if (!isNote(name) && existsSync(join(cache, name))) copyFileSync(join(cache, name), join(cache, free));
  },
  copyAside: ({ cache }: FileWorld, name: string, free: string) => {
    if (!isNote(name) && existsSync(join(cache, name)))
      copyFileSync(join(cache, name), join(cache, `copy-of-${name}-${free}`));
  },
  moveAside: ({ cache }: FileWorld, name: string, free: string) => {
    if (!isNote(name)) renameSync(join(cache, name), join(cache, `moved-${free}`));
  },
  replace: (world: FileWorld, name: string) => {
    const path = join(world.cache, name);
    const { atime, mtime, size } = lstatSync(path);
    writeFileSync(`${path}.new`, mine(world).padEnd(size).slice(0, Math.max(size, 30)));
    utimesSync(`${path}.new`, atime, mtime);
    renameSync(`${path}.new`, path);
  },
  copyOverItself: ({ cache }: FileWorld, name: string) => {
    if (isNote(name) || isOurPart(name) || !existsSync(join(cache, name))) return;
    copyFileSync(join(cache, name), join(cache, 'copy'));
    renameSync(join(cache, 'copy'), join(cache, name));
  },
  link: ({ cache }: FileWorld, name: string, free: string) =>
    symlinkSync(join(cache, name), join(cache, free)),
  customise: inPlace((path, world) => appendFileSync(path, mine(world))),
  spoil: inPlace(path => {
    if (!lstatSync(path).isSymbolicLink()) spoil(path);
  }),
  touch: inPlace(path => utimesSync(path, 0, 0)),
  close: inPlace(path => chmodSync(path, 0o600)),
  writeNote: (world: FileWorld, name: string) => writeFileSync(join(world.cache, noteOf(name)), mine(world)),
  /** As another cluster would have noted it, that has the same storage. */
  noteElsewhere: ({ cache }: FileWorld, name: string, free: string) => {
    if (!namesIn(cache).includes(noteOf(name))) return;
    const text = readFileSync(join(cache, noteOf(name)), 'utf8');
    writeFileSync(
      join(cache, noteOf(free)),
      text.replace(/http:\/\/127.0.0.1:\d+/, 'https://elsewhere.test'),
    );
  },
  damageNote: ({ cache }: FileWorld, name: string) => {
    if (isNote(name) && name.endsWith('.json')) truncateSync(join(cache, name), 20);
  },
  attach: ({ attached }: FileWorld, name: string) => attached.add(name),
  remove: ({ cache }: FileWorld, name: string) => rmSync(join(cache, name)),
} satisfies Record<string, Hand>;

function byHand(world: FileWorld, what: keyof typeof HAND, which: number, other: number): void {
  const { cache, theirs, server } = world;
  const images = IMAGES.map(path => path.split('/').at(-1)?.replace('.gz', '') ?? '');
  const others = IMAGES.map(path =>
    alternativePath(path.replace('.gz', ''), `${server.url}${path}`).split('/').at(-1),
  );
  const wanted = [...images, ...others].flatMap(name => (name === undefined ? [] : [name, `${name}.part`]));
  const names = namesIn(cache);
  const free = [...wanted, 'jammy.img.unpacked', `own-${other}.img`].filter(name => !names.includes(name));
  const name = names[which % Math.max(1, names.length)];
  const before = new Map(names.map(path => [path, seen(join(cache, path))]));
  if (name === undefined && what !== 'put') return;
  const place = free[other % free.length] ?? '';
  // Nothing else: the role writes meanwhile, too.
  const within = new Set(placesOf(world, name ?? '', place));
  HAND[what](world, name ?? '', place);
  for (const path of namesIn(cache).filter(one => within.has(one))) {
    if (before.get(path) === seen(join(cache, path))) continue;
    // Whoever writes a record over a note of his own has given that up himself, and an empty part has nothing to lose.
    if (isRecord(cache, path) || isEmptyPart(join(cache, path))) theirs.delete(path);
    else theirs.set(path, stateOf(join(cache, path)) ?? '');
  }
  for (const path of theirs.keys()) if (stateOf(join(cache, path)) === undefined) theirs.delete(path);
}

/** Names that a hand may have made or changed, which was given this one and a free one. */
const placesOf = ({ cache }: FileWorld, name: string, free: string): readonly string[] => [
  ...[name, noteOf(name), free, noteOf(free), `moved-${free}`, `copy-of-${name}-${free}`],
  // Through a link, what it leads to.
  ...(existsSync(join(cache, name)) ? [basename(realpathSync(join(cache, name)))] : []),
];

/** What reads like a note of the role's has nothing of its user's in it. */
const isRecord = (cache: string, name: string): boolean =>
  isNote(name) && name.endsWith('.json') && /^\{[^]*\}\s*$/.test(readFileSync(join(cache, name), 'utf8'));

const digestIn = (note: string): string =>
  /"content": "sha256:(\w+)"/.exec(readFileSync(note, 'utf8'))?.[1] ?? 'none';

const seen = (path: string): string => {
  const { ino, mode, mtimeMs, ctimeMs } = lstatSync(path);
  return [ino, mode, mtimeMs, ctimeMs].join(' ');
};

/* What the role does, by its module. */

type Params = Parameters<typeof cloudImageFetch.observe>[0];

type Role = (world: FileWorld, image: string, other: number) => Promise<readonly string[]>;

const fetch =
  (wishesFor: (world: FileWorld, image: string) => Partial<Params>): Role =>
  async (world, image) => {
    const { cache, server, attached } = world;
    const params: Params = {
      ...FETCH_DEFAULTS,
      ...{ url: `${server.url}${image}`, cache_dir: cache },
      ...wishesFor(world, image),
    };
    // Read anew by whoever asks, as on the node.
    const configs = (): readonly string[] =>
      [...attached].map(name => `ide2: local:iso/${name},media=cdrom\n`);
    const { steps, failures, observed } = await converge(
      cloudImageFetch,
      params,
      { checkMode: false, problems: [] },
      { retries: 0, delay: 0 },
      node.openNode(
        {
          findImage: node.findImage,
          listUnusedImages: ({ days, except }) => prunableIn(cache, configs(), days, except),
        },
        [
          action => {
            // What is downloaded is interrupted by its server.
            if (action.kind !== 'fetch-image') world.interrupt?.();
            return undefined;
          },
          node.fetchImage,
          node.noteImage,
          action => (action.kind === 'remove-image' ? removeUnused(action, configs()) : undefined),
        ],
        {},
      ),
    );
    world.refusals += failures.length;
    world.fetched += steps.filter(({ action }) => action.kind === 'fetch-image').length;
    const removed = steps.flatMap(({ action }) =>
      action.kind === 'remove-image' ? [basename(action.path)] : [],
    );
    world.pruned += removed.length;
    return [
      ...removed
        .filter(name => attached.has(name) && !existsSync(join(cache, name)))
        .map(name => `a VM has lost ${name}`),
      ...(failures.length === 0 ? falsehoods(params, observed.path) : []),
    ];
  };

/** An image that has a checksum is what it says. */
function falsehoods({ checksum, url }: Params, path: string): readonly string[] {
  if (checksum === undefined || url.endsWith('.gz')) return [];
  const found = `sha256:${sha256(readFileSync(path))}`;
  return found === checksum ? [] : [`${path} has ${found}, and was to have ${checksum}`];
}

const now = ({ versions }: FileWorld, image: string): Buffer => bytesOf(image, versions.get(image) ?? 0);

const refresh = fetch(() => ({ refresh: 'always' }));

const ROLE = {
  fetch: fetch(() => ({})),
  fetchVerified: fetch((world, image) => ({ checksum: `sha256:${sha256(now(world, image))}` })),
  fetchByForce: fetch(() => ({ force_download: true })),
  refresh,
  refreshIfChanged: fetch(() => ({ refresh: 'if-changed' })),
  fetchAndReadAll: fetch(() => ({ verify_cache: 'full' })),
  prune: fetch(() => ({ prune_days: 30 })),
  pruneSoon: fetch(() => ({ prune_days: 1, refresh: 'always' })),
  breakOff: async (world: FileWorld, image: string, other: number) => {
    world.cut = [10, 4000][other % 2];
    try {
      return await refresh(world, image, other);
    } finally {
      world.cut = undefined;
    }
  },
  /** What is told to be the verified image has its bytes for as long as it is read. */
  import: async (world: FileWorld, image: string) => {
    const named = { image: `${world.server.url}${image}`, place: world.cache, checksum: undefined };
    const { path, image: found, digest } = await node.readSource(named, 'import');
    if (found === undefined) return [];
    return withPinned({ path, identity: found.identity }, () => {
      world.imported++;
      const is = `sha256:${sha256(readFileSync(path))}`;
      return Promise.resolve(
        digest === undefined || digest === is ? [] : [`${path} is imported as ${digest}, and is ${is}`],
      );
    });
  },
} satisfies Record<string, Role>;

const TIME = {
  publish: ({ versions }: FileWorld, image: string) => versions.set(image, (versions.get(image) ?? 0) + 1),
  yearPasses: (world: FileWorld) => {
    age(world, 365);
  },
};

const DAY = 24 * 3600 * 1000;

/** Moves what the role has noted into the past; a run is a process of its own, on a day of its own. */
function age({ cache, theirs }: FileWorld, days: number): void {
  const earlier = (text: string): string => new Date(Date.parse(text) - days * DAY).toISOString();
  for (const name of namesIn(cache).filter(one => !theirs.has(one))) {
    const path = join(cache, name);
    if (isOurPart(name)) utimesSync(path, 0, new Date(lstatSync(path).mtimeMs - days * DAY));
    if (!isNote(name) || !name.endsWith('.json')) continue;
    const aged = (_: string, key: string, date: string): string => `"${key}": "${earlier(date)}"`;
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"(fetched|wanted)": "([^"]+)"/g, aged));
  }
}

export const FILE_HAND_EVENTS = Object.keys(HAND) as (keyof typeof HAND)[];
export const FILE_ROLE_EVENTS = Object.keys(ROLE) as (keyof typeof ROLE)[];
export const TIME_EVENTS = Object.keys(TIME) as (keyof typeof TIME)[];

const isHand = (what: FileEvent['what']): what is keyof typeof HAND => what in HAND;
const isRole = (what: FileEvent['what']): what is keyof typeof ROLE => what in ROLE;

/** Lets it happen, and answers what the role has done to what is the user's. */
export async function happenInCache(world: FileWorld, event: FileEvent): Promise<readonly string[]> {
  const { what, which, other } = event;
  if (isRole(what)) return runRole(world, what, event);
  if (isHand(what)) byHand(world, what, which, other);
  else TIME[what](world, imageAt(which));
  return [];
}

async function runRole(
  world: FileWorld,
  what: keyof typeof ROLE,
  { which, other, meanwhile }: FileEvent,
): Promise<readonly string[]> {
  world.interrupt =
    meanwhile &&
    (() => {
      world.interrupt = undefined;
      byHand(world, meanwhile, other, which);
    });
  const before = recorded(world);
  const wrong: string[] = [];
  try {
    wrong.push(...(await ROLE[what](world, imageAt(which), other)));
  } catch (error) {
    const cause = error instanceof BrokenOff ? error.cause : error;
    if (!(cause instanceof UserError)) throw error;
    world.refusals++;
  }
  world.interrupt = undefined;
  const lost = [...world.theirs].flatMap(([name, state]) => harm(world, before, name, state));
  age(world, 1);
  return [...wrong, ...lost];
}

/** The digest that the role's own notes have of each image. */
const recorded = ({ cache, theirs }: FileWorld): ReadonlyMap<string, string> =>
  new Map(
    namesIn(cache)
      .filter(name => isRecord(cache, name) && !theirs.has(name))
      .map(name => [name.slice(1, -'.json'.length), digestIn(join(cache, name))]),
  );

/** What only has the bytes that the role had fetched under that name may give way to the next version of it. */
function harm(
  world: FileWorld,
  before: ReadonlyMap<string, string>,
  name: string,
  state: string,
): readonly string[] {
  const { cache, theirs } = world;
  const [path, digest] = [join(cache, name), before.get(name)];
  const after = stateOf(path);
  const hadItsBytes = digest !== undefined && state.endsWith(digest);
  if (hadItsBytes && after !== undefined && (after !== state || isNotedAsItIs(cache, name)))
    theirs.delete(name);
  return after === state || !theirs.has(name) ? [] : [`${name} was ${state}, and is ${after ?? 'gone'}`];
}

/** It was only touched, and the role has found that it is the same. */
const isNotedAsItIs = (cache: string, name: string): boolean => {
  const note = join(cache, noteOf(name));
  const { ctimeNs } = lstatSync(join(cache, name), { bigint: true });
  const text = existsSync(note) ? readFileSync(note, 'utf8') : '';
  return text.includes(`"ctimeNs": "${ctimeNs}"`) && !text.includes('"adopted"');
};
