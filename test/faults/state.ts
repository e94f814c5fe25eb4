import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { countFaults } from './counts.ts';
import { readForeign, type Digests } from './foreign.ts';

/** What a run has left on its nodes, as far as two runs can be compared by it. */
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

const CONFIGS = '/etc/pve/qemu-server';
const IMAGES = '/var/lib/vz/images';

const SNIPPETS = '/var/lib/vz/snippets';

/** Places of the node where something may be left, and what belongs there besides what a configuration names. */
const PLACES: readonly (readonly [folder: string, expected: RegExp])[] = [
  ['/var/lib/vz/template/iso', /^\.?debian-12-genericcloud-amd64\.qcow2(\.json)?$/],
  ['/var/lib/vz/import', /^debian-12-genericcloud-amd64-[0-9a-f]{12}(?:-[0-9a-f]{4})?\.qcow2$/],
  [SNIPPETS, /^$/],
  ['/tmp', /^(?!proxmox-role-|ansible)/],
  ['/root/.ansible/tmp', /^$/],
  ['/var/lib/proxmox-role', /^$/],
];

export async function readState(cluster: Cluster): Promise<State> {
  const foreign = await readForeign(cluster);
  const nodes = await Promise.all(cluster.names.map(node => readNode({ cluster, node }, foreign)));
  return {
    configs: Object.fromEntries(nodes.flatMap(({ configs }) => configs)),
    orphans: nodes.flatMap(({ orphans }) => orphans),
    missing: nodes.flatMap(({ missing }) => missing),
    foreign,
    counts: await countFaults(cluster),
  };
}

interface Place {
  readonly cluster: Cluster;
  readonly node: string;
}

/** Of the first node, which is the only one in most works, nobody needs to be told that it is meant. */
const onNode =
  ({ cluster, node }: Place) =>
  (what: string): string =>
    node === cluster.names[0] ? what : `${what} on ${node}`;

async function readNode(place: Place, foreign: Digests) {
  const { cluster, node } = place;
  const files = (await list(place, CONFIGS)).filter(name => !isOf(foreign, `/${name}`));
  const texts = await Promise.all(
    files.map(async name => [name, await cluster.readFile(node, `${CONFIGS}/${name}`)] as const),
  );
  const volumes = (await listVolumes(place)).filter(volume => !isOf(foreign, `/${volume}`));
  const whole = texts.map(([, text]) => text).join('\n');
  return {
    configs: texts.map(([name, text]) => [name.replace('.conf', ''), masked(text)] as const),
    orphans: [...strayVolumes(volumes, whole), ...(await strayFiles(place, whole))].map(onNode(place)),
    missing: [
      ...texts.flatMap(([, text]) => missingVolumes(volumes, text)),
      ...(await missingSnippets(place, whole)),
    ].map(onNode(place)),
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
async function listVolumes({ cluster, node }: Place): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(node, ['find', IMAGES, '-type', 'f']);
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
async function missingSnippets(place: Place, configs: string): Promise<readonly string[]> {
  const there = await list(place, SNIPPETS);
  return snippetsIn(configs).filter(name => !there.includes(name));
}

const snippetsIn = (configs: string): readonly string[] =>
  [...configs.matchAll(/=local:snippets\/([^\s,]+)/g)].map(([, name = '']) => name);

async function strayFiles(place: Place, configs: string): Promise<readonly string[]> {
  const { cluster, node } = place;
  const named = snippetsIn(configs);
  const found = await Promise.all(
    PLACES.map(async ([folder, expected]) =>
      (await list(place, folder))
        .filter(name => !expected.test(name) && !(folder === SNIPPETS && named.includes(name)))
        .map(name => `${folder}/${name}`),
    ),
  );
  const { stdout } = await cluster.exec(node, ['grep', '-rlE', '^lock: ', CONFIGS]);
  const { stdout: perl } = await cluster.exec(node, ['pgrep', '-f', '^/usr/bin/perl -e']);
  return [...found.flat(), ...lines(stdout), ...lines(perl).map(pid => `process ${pid}, which makes calls`)];
}

async function list({ cluster, node }: Place, folder: string): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(node, ['ls', '-A', folder]);
  return lines(stdout);
}

const lines = (text: string): readonly string[] => text.split('\n').filter(line => line !== '');
