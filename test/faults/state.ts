import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { countFaults } from './counts.ts';
import { readForeign, type Digests } from './foreign.ts';

/** What a run has left on a node, as far as two runs can be compared by it. */
export interface State {
  /** Text of each VM's configuration, by its number; what is made at random is masked. */
  readonly configs: Readonly<Record<string, string>>;
  /** What nothing accounts for: volumes, locks, temporary and partial files, processes. */
  readonly orphans: readonly string[];
  /** Volumes and snippets that a whole VM has in its configuration and nowhere else. */
  readonly missing: readonly string[];
  /** The files of guests that the role did not make; in neither of the others. */
  readonly foreign: Digests;
  /** What is wrong with what guests have written to their data disks. */
  readonly counts: readonly string[];
}

const NODE = 'pve01';
const CONFIGS = '/etc/pve/qemu-server';
const IMAGES = '/var/lib/vz/images';

const SNIPPETS = '/var/lib/vz/snippets';

/** Places of the node where something may be left, and what belongs there besides what a configuration names. */
const PLACES: readonly (readonly [folder: string, expected: RegExp])[] = [
  ['/var/lib/vz/template/iso', /^\.?debian-12-genericcloud-amd64\.qcow2(\.json)?$/],
  ['/var/lib/vz/import', /^debian-12-genericcloud-amd64-[0-9a-f]{12}\.qcow2$/],
  [SNIPPETS, /^$/],
  ['/tmp', /^(?!proxmox-role-|ansible)/],
  ['/root/.ansible/tmp', /^$/],
  ['/var/lib/proxmox-role', /^$/],
];

export async function readState(cluster: Cluster): Promise<State> {
  const foreign = await readForeign(cluster);
  const files = (await list(cluster, CONFIGS)).filter(name => !isOf(foreign, `/${name}`));
  const texts = await Promise.all(
    files.map(async name => [name, await cluster.readFile(NODE, `${CONFIGS}/${name}`)] as const),
  );
  const volumes = (await listVolumes(cluster)).filter(volume => !isOf(foreign, `/${volume}`));
  const whole = texts.map(([, text]) => text).join('\n');
  return {
    configs: Object.fromEntries(texts.map(([name, text]) => [name.replace('.conf', ''), masked(text)])),
    orphans: [...strayVolumes(volumes, whole), ...(await strayFiles(cluster, whole))],
    missing: [
      ...texts.flatMap(([, text]) => missingVolumes(volumes, text)),
      ...(await missingSnippets(cluster, whole)),
    ],
    foreign,
    counts: await countFaults(cluster),
  };
}

const isOf = (foreign: Digests, end: string): boolean =>
  Object.keys(foreign).some(path => path.endsWith(end));

/** Differences of two runs that mean nothing: random identities and keys, times, salts, and the number of a volume. */
function masked(config: string): string {
  return config
    .replace(/(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/g, 'MAC')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/"seal"%3A"[0-9a-f]+"/g, 'SEAL')
    .replace(/(proxmox-role-\d+)-[0-9a-f]{8}-(?:[0-9a-f]{8}-[0-9a-f]{12}\.iso)?/g, '$1-ID-')
    .replace(/ctime=\d+/g, 'ctime=TIME')
    .replace(/^sshkeys: .*$/m, 'sshkeys: KEYS')
    .replace(/^cipassword: .*$/m, 'cipassword: HASH')
    .replace(/-disk-\d+/g, '-disk-N');
}

/** Volumes of the storage, as FOLDER/FILE. */
async function listVolumes(cluster: Cluster): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(NODE, ['find', IMAGES, '-type', 'f']);
  return lines(stdout).map(path => path.slice(IMAGES.length + 1));
}

const strayVolumes = (volumes: readonly string[], configs: string): readonly string[] =>
  volumes.filter(volume => !configs.includes(volume)).map(volume => `${IMAGES}/${volume}`);

/** Those of a VM that no lock says to be half made. */
function missingVolumes(volumes: readonly string[], config: string): readonly string[] {
  if (/^lock: /m.test(config)) return [];
  const named = [...config.matchAll(/^\w+: local:([^\s,]+)/gm)].map(([, volume = '']) => volume);
  return named
    .map(volume => volume.split('/').slice(-2).join('/'))
    .filter(volume => !volumes.includes(volume));
}

/** Snippets by which a guest would have to start. */
async function missingSnippets(cluster: Cluster, configs: string): Promise<readonly string[]> {
  const there = await list(cluster, SNIPPETS);
  return snippetsIn(configs).filter(name => !there.includes(name));
}

const snippetsIn = (configs: string): readonly string[] =>
  [...configs.matchAll(/=local:snippets\/([^\s,]+)/g)].map(([, name = '']) => name);

async function strayFiles(cluster: Cluster, configs: string): Promise<readonly string[]> {
  const named = snippetsIn(configs);
  const found = await Promise.all(
    PLACES.map(async ([folder, expected]) =>
      (await list(cluster, folder))
        .filter(name => !expected.test(name) && !(folder === SNIPPETS && named.includes(name)))
        .map(name => `${folder}/${name}`),
    ),
  );
  const { stdout } = await cluster.exec(NODE, ['grep', '-rlE', '^lock: ', CONFIGS]);
  const { stdout: perl } = await cluster.exec(NODE, ['pgrep', '-f', '^/usr/bin/perl -e']);
  return [...found.flat(), ...lines(stdout), ...lines(perl).map(pid => `process ${pid}, which makes calls`)];
}

async function list(cluster: Cluster, folder: string): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(NODE, ['ls', '-A', folder]);
  return lines(stdout);
}

const lines = (text: string): readonly string[] => text.split('\n').filter(line => line !== '');
