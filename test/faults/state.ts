import type { Cluster } from '../../testnode/host/cluster.ts';

/** What a run has left on a node, as far as two runs can be compared by it. */
export interface State {
  /** Text of each VM's configuration, by its number; what is made at random is masked. */
  readonly configs: Readonly<Record<string, string>>;
  /** What nothing accounts for: volumes, locks, temporary and partial files. */
  readonly orphans: readonly string[];
}

const NODE = 'pve01';
const CONFIGS = '/etc/pve/qemu-server';
const IMAGES = '/var/lib/vz/images';

/** Places of the node where something may be left, and what belongs there. */
const PLACES: readonly (readonly [folder: string, expected: RegExp])[] = [
  ['/var/lib/vz/template/iso', /^\.?debian-12-genericcloud-amd64\.qcow2(\.json)?$/],
  ['/var/lib/vz/snippets', /^$/],
  ['/tmp', /^(?!proxmox-role-|ansible)/],
  ['/root/.ansible/tmp', /^$/],
];

export async function readState(cluster: Cluster): Promise<State> {
  const files = await list(cluster, CONFIGS);
  const texts = await Promise.all(
    files.map(async name => [name, await cluster.readFile(NODE, `${CONFIGS}/${name}`)] as const),
  );
  const configs = Object.fromEntries(texts.map(([name, text]) => [name.replace('.conf', ''), masked(text)]));
  const whole = texts.map(([, text]) => text).join('\n');
  return { configs, orphans: [...(await strayVolumes(cluster, whole)), ...(await strayFiles(cluster))] };
}

/** Differences of two runs that mean nothing: random identities and keys, times, salts, and the number of a volume. */
function masked(config: string): string {
  return config
    .replace(/(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/g, 'MAC')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/ctime=\d+/g, 'ctime=TIME')
    .replace(/^sshkeys: .*$/m, 'sshkeys: KEYS')
    .replace(/^cipassword: .*$/m, 'cipassword: HASH')
    .replace(/-disk-\d+/g, '-disk-N');
}

async function strayVolumes(cluster: Cluster, configs: string): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(NODE, ['find', IMAGES, '-type', 'f']);
  const volumes = stdout.split('\n').filter(line => line !== '');
  return volumes.filter(path => !configs.includes(path.slice(IMAGES.length + 1)));
}

async function strayFiles(cluster: Cluster): Promise<readonly string[]> {
  const found = await Promise.all(
    PLACES.map(async ([folder, expected]) =>
      (await list(cluster, folder)).filter(name => !expected.test(name)).map(name => `${folder}/${name}`),
    ),
  );
  const { stdout } = await cluster.exec(NODE, ['grep', '-rlE', '^lock: ', CONFIGS]);
  return [...found.flat(), ...stdout.split('\n').filter(line => line !== '')];
}

async function list(cluster: Cluster, folder: string): Promise<readonly string[]> {
  const { stdout } = await cluster.exec(NODE, ['ls', '-A', folder]);
  return stdout.split('\n').filter(line => line !== '');
}
