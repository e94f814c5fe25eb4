import { lstatSync, readdirSync, readFileSync, type Dirent } from 'node:fs';
import type { Cluster } from '../host/cluster-handle.ts';
import { run } from '../system/processes.ts';
import type { Outcome, RecordedVolume } from './transcript.ts';

/** The storages of the node, also those that a step has taken out of its configuration. */
const STORAGE_CONFIGS = ['/etc/pve/storage.cfg', '/run/replay-storage.cfg'];

/** What looks into images told, by what changes with any change of them. */
export type SeenImages = Map<string, string>;

/** Configurations of the VMs that a step touched. */
export function observeConfigs(
  cluster: Cluster,
  node: string,
  directory: string,
  vmids: readonly string[],
): Outcome['configs'] {
  return Object.fromEntries(
    vmids.map(vmid => [vmid, ifThere(() => textOf(cluster, node, `${directory}/${vmid}.conf`)) ?? null]),
  );
}

/** Every disk volume of the node; what was seen before and has not changed since is not looked into again. */
export async function observeVolumes(
  cluster: Cluster,
  node: string,
  seen: SeenImages,
): Promise<readonly RecordedVolume[]> {
  const config = STORAGE_CONFIGS.map(path => ifThere(() => textOf(cluster, node, path)) ?? '').join('');
  const storages = storagesByPath(config);
  const lines = [...storages.keys()].flatMap(root => listImages(cluster, node, `${root}/images`));
  const changed = lines.filter(line => !seen.has(line));
  const looks = changed.length === 0 ? [] : await inspect(cluster, node, changed.map(pathOf));
  for (const [index, line] of changed.entries()) seen.set(line, looks[index] ?? '');
  return lines.map(line => toVolume(storages, line, seen.get(line) ?? ''));
}

const textOf = (cluster: Cluster, node: string, path: string): string =>
  readFileSync(cluster.pathOf(node, path), 'utf8');

/** Every image of a directory storage: path, mode, and what changes with any change of it. */
function listImages(cluster: Cluster, node: string, directory: string): readonly string[] {
  const entriesOf = (path: string): readonly Dirent[] =>
    ifThere(() => readdirSync(cluster.pathOf(node, path), { withFileTypes: true })) ?? [];
  const folders = entriesOf(directory).filter(entry => entry.isDirectory());
  return folders
    .map(({ name }) => `${directory}/${name}`)
    .flatMap(folder =>
      entriesOf(folder)
        .filter(entry => entry.isFile())
        .map(({ name }) => `${folder}/${name}`),
    )
    .flatMap(path => ifThere(() => [describe(path, cluster.pathOf(node, path))]) ?? []);
}

function describe(path: string, file: string): string {
  const { mode, ino, size, ctimeNs } = lstatSync(file, { bigint: true });
  return `${path}\t${(mode & 0o7777n).toString(8)}\t${ino} ${size} ${ctimeNs}`;
}

/** Commands that go on remove files while they are looked at. */
function ifThere<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Flags of each image, and what qemu-img says of it; looked at from outside, as each program in the node is three. */
async function inspect(cluster: Cluster, node: string, paths: readonly string[]): Promise<readonly string[]> {
  const files = paths.map(path => cluster.pathOf(node, path));
  const { stdout } = await run(['lsattr', '-d', ...files]);
  const flags = new Map(
    stdout.split('\n').map(line => [line.slice(line.indexOf(' ') + 1), line.split(' ')[0]]),
  );
  return Promise.all(files.map(async file => `${flags.get(file) ?? ''}\t${await imageInfo(file)}`));
}

async function imageInfo(file: string): Promise<string> {
  const format = /\.(raw|vmdk)$/.exec(file)?.[1] ?? 'qcow2';
  // It has nothing inside that could be looked at.
  if (format === 'raw')
    return JSON.stringify({ format, 'virtual-size': ifThere(() => sectorsOf(file)) ?? 0 });
  return (await run(['qemu-img', 'info', '-U', '-f', format, '--output=json', file])).stdout;
}

const SECTOR = 512;
const sectorsOf = (file: string): number => Math.ceil(lstatSync(file).size / SECTOR) * SECTOR;

const pathOf = (line: string): string => line.split('\t', 1)[0] ?? '';

function storagesByPath(config: string): ReadonlyMap<string, string> {
  const storages = new Map<string, string>();
  let id = '';
  for (const line of config.split('\n')) {
    id = /^\w+: (\S+)/.exec(line)?.[1] ?? id;
    const path = /^\tpath (\S+)/.exec(line)?.[1];
    if (path !== undefined) storages.set(path, id);
  }
  return storages;
}

function toVolume(storages: ReadonlyMap<string, string>, line: string, look: string): RecordedVolume {
  const [path = '', mode = ''] = line.split('\t');
  const [flags = '', json = ''] = look.split('\t');
  const [root = '', name = ''] = path.split('/images/');
  // qemu-img's documented ImageInfo; empty for a file that it cannot read.
  const info = (json === '' ? {} : JSON.parse(json)) as Readonly<Record<string, string | number | undefined>>;
  const backingFile = info['backing-filename'];
  return {
    volid: `${storages.get(root) ?? root}:${name}`,
    format: String(info.format ?? ''),
    virtualSize: Number(info['virtual-size'] ?? 0),
    backingFile: backingFile === undefined ? undefined : String(backingFile),
    mode: `0o${mode}`,
    immutable: flags.includes('i'),
  };
}
