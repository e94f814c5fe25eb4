import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { closeSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { runOrThrow } from '../system/processes.ts';

const CACHE = join(import.meta.dirname, '../../.cache/replay-images');
const FIXTURES = join(import.meta.dirname, '../transcripts/fixtures');
const MIB = 1024 * 1024;
const SMALL_BYTES = 64 * MIB;
const TRUNCATED_BYTES = 3000;
const ODD_BYTES = 1_000_003;
const LARGE = 'big.qcow2';
/** When calls were recorded, qemu-img wrote the empty half of an image, too: copies with a limit took twice the time. */
export const LARGE_AND_FULL = 'big-full.qcow2';

/** Images that take long to copy, for steps that name them. */
const TAKE_LONG: ReadonlySet<string> = new Set(['small-raw.img', 'debian-12-genericcloud-amd64.qcow2']);

/** How each image of the recorded node is made in the cache folder, by its name. */
const RECIPES: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  'small.raw': path => writeRaw(path, Buffer.alloc(4 * MIB, 'x'), SMALL_BYTES),
  'small-raw.img': path => copyOf('small.raw', path),
  'small.qcow2': path => convert('small.raw', 'qcow2', path),
  'noble-server-cloudimg-amd64.img': path => copyOf('small.qcow2', path),
  noext: path => copyOf('small.qcow2', path),
  'compressed.qcow2': path => convert('small.raw', 'qcow2', path, ['-c']),
  'small.vmdk': path => convert('small.raw', 'vmdk', path),
  'small.vdi': path => convert('small.raw', 'vdi', path),
  'debian-12-genericcloud-amd64.qcow2': path => makeFromData(path, 32 * MIB, 2_415_919_104),
  [LARGE]: path => makeFromData(path, 1536 * MIB, 3 * 1024 * MIB),
  [LARGE_AND_FULL]: async path => {
    const raw = join(CACHE, '.full.raw');
    writeFull(raw, 3 * 1024);
    await qemuImg(['convert', '-c', '-O', 'qcow2', raw, path]);
    await runOrThrow(['rm', raw]);
  },
  'backed.qcow2': async path => {
    await makeImage('small.qcow2');
    await qemuImg(['create', '-q', '-f', 'qcow2', '-b', 'small.qcow2', '-F', 'qcow2', path]);
  },
  'withsnap.qcow2': async path => {
    await copyOf('small.qcow2', path);
    await qemuImg(['snapshot', '-c', 's1', path]);
  },
  'trunc.qcow2': async path => {
    await copyOf('small.qcow2', path);
    truncateSync(path, TRUNCATED_BYTES);
  },
  'odd.raw': path => writeRaw(path, randomBytes(ODD_BYTES), ODD_BYTES),
  'text.img': path => writeFileSync(path, 'hello\n'),
  'text.qcow2': path => writeFileSync(path, 'this is a text and no disk image...\n'),
  'empty.qcow2': path => writeFileSync(path, ''),
  'empty.raw': path => writeFileSync(path, ''),
  'empty.pub': path => writeFileSync(path, ''),
  'img.iso': path => writeRaw(path, Buffer.alloc(0), 2 * MIB),
};

/** Puts the images and keys of the recorded node into a folder; odd names come from the steps that use them. */
export async function placeImages(directory: string, commands: string, large = LARGE): Promise<void> {
  mkdirSync(join(directory, 'adir.qcow2'), { recursive: true });
  for (const fixture of readdirSync(FIXTURES))
    copyFileSync(join(FIXTURES, fixture), join(directory, fixture));
  for (const name of Object.keys(RECIPES)) {
    if (name === LARGE || name === LARGE_AND_FULL) continue;
    if (TAKE_LONG.has(name) && !commands.includes(name)) continue;
    copyFileSync(await makeImage(name), join(directory, name));
  }
  if (commands.includes(LARGE)) linkSync(await makeImage(large), join(directory, LARGE));
  const small = await makeImage('small.qcow2');
  for (const name of oddNames(commands)) copyFileSync(small, join(directory, name));
}

function oddNames(commands: string): readonly string[] {
  const names = [...commands.matchAll(/\/srv\/img\/(with [^/\n,]*?\.(?:qcow2|img|raw))/g)];
  return [...new Set(names.map(([, name = '']) => name))];
}

/** Images that are being made, or were: replays that run at the same time wait for one another's. */
const made = new Map<string, Promise<string>>();

/** An image of the recorded node, made once. */
export function makeImage(name: string): Promise<string> {
  const image = made.get(name) ?? makeOnce(name);
  made.set(name, image);
  return image;
}

/** Made aside and moved into place: what another process finds there is whole. */
async function makeOnce(name: string): Promise<string> {
  const path = join(CACHE, name);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const recipe = RECIPES[name];
  if (!recipe) throw new Error(`no recipe for the image ${name}`);
  const aside = join(CACHE, `.making-${process.pid}-${name}`);
  await recipe(aside);
  renameSync(aside, path);
  return path;
}

function writeRaw(path: string, data: Uint8Array, size: number): void {
  writeFileSync(path, data);
  truncateSync(path, size);
}

/** A file whose every byte is something, a MiB at a time. */
function writeFull(path: string, mebibytes: number): void {
  const descriptor = openSync(path, 'w');
  const piece = Buffer.alloc(MIB, 'x');
  for (let written = 0; written < mebibytes; written += 1) writeSync(descriptor, piece);
  closeSync(descriptor);
}

async function copyOf(name: string, path: string): Promise<void> {
  writeFileSync(path, readFileSync(await makeImage(name)));
}

async function convert(
  name: string,
  format: string,
  path: string,
  options: readonly string[] = [],
): Promise<void> {
  await qemuImg(['convert', ...options, '-O', format, await makeImage(name), path]);
}

async function makeFromData(path: string, dataBytes: number, size: number): Promise<void> {
  const raw = join(CACHE, `.${basename(path)}.raw`);
  const descriptor = openSync(raw, 'w');
  for (let written = 0; written < dataBytes; written += MIB) writeSync(descriptor, randomBytes(MIB));
  closeSync(descriptor);
  truncateSync(raw, size);
  await qemuImg(['convert', '-O', 'qcow2', raw, path]);
  await runOrThrow(['rm', raw]);
}

async function qemuImg(args: readonly string[]): Promise<void> {
  await runOrThrow(['qemu-img', ...args], { cwd: CACHE });
}
