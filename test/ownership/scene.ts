import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import type { ClusterOptions } from '../../testnode/host/options.ts';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { filledBundle, type ModuleResult } from '../bundle.ts';
import { fileDigests } from '../file-digests.ts';
import { handOn, type Hand } from './hand.ts';

/** A node with every kind of storage that a test node knows, an image, and what a user and the role do there. */
export interface Scene {
  readonly cluster: Cluster;
  readonly hand: Hand;
  /** Runs a module as Ansible does. */
  module(name: string, args: Arguments): Promise<ModuleResult>;
  /** Makes a generation of a template as the role's stages do, and lets it take over where that is wished. */
  makeGeneration(wish: GenerationWish): Promise<ModuleResult>;
  /** Waits until something like that runs. */
  untilRuns(pattern: string): Promise<unknown>;
  /** Every guest, volume and snippet by its path, with a digest of what it is. */
  everything(): Promise<State>;
}

export type Arguments = Readonly<Record<string, unknown>>;
export type State = ReadonlyMap<string, string>;

interface GenerationWish {
  readonly vmid: number;
  readonly family: string;
  readonly number: number;
  /** How many are kept when it takes over; absent: a later one will do so. */
  readonly keep?: number;
  readonly storage?: string;
  /** More settings that the VM is created with. */
  readonly more?: Arguments;
  /** Name of the VM until it takes over; the family's while there is no other. */
  readonly name?: string;
}

const IMAGE = '/root/image.qcow2';

const STORAGES = `${FRESH_STORAGE_CONFIG}zfspool: tank
\tpool tank
\tcontent images

`;

export async function startOwnershipScene(options: ClusterOptions = {}): Promise<Scene> {
  const cluster = await startNodes({ storageConfig: STORAGES, ...options });
  const hand = handOn(cluster);
  await hand.run('qemu-img', 'create', '-q', '-f', 'qcow2', IMAGE, '1M');
  const module = async (name: string, args: Arguments): Promise<ModuleResult> => {
    const { stdout } = await cluster.exec('pve01', ['/bin/sh'], { stdin: filledBundle(name, args) });
    return JSON.parse(stdout) as ModuleResult;
  };
  return {
    cluster,
    hand,
    module,
    // By its input: a shell that had the pattern as an argument would be found itself.
    untilRuns: pattern => {
      const stdin = `until pgrep -f '${pattern}' > /dev/null; do sleep 0.05; done`;
      return cluster.succeed('pve01', ['sh'], { stdin });
    },
    makeGeneration: wish => makeGeneration(module, wish),
    everything: () => readEverything(cluster),
  };
}

async function makeGeneration(module: Scene['module'], wish: GenerationWish): Promise<ModuleResult> {
  const { vmid, family, number, keep, storage = 'local', more = {} } = wish;
  const name = wish.name ?? (number === 1 ? family : `${family}-g${number}`);
  const generation = { family, number, settings: `settings-${number}` };
  const done = async (bundle: string, args: Arguments): Promise<ModuleResult> => {
    const result = await module(bundle, args);
    if (result.failed) throw new Error(`${bundle} ${vmid}: ${result.msg}`);
    return result;
  };
  await done('vm_create', { vmid, name, disk_storage: storage, image_disk: 'scsi0', generation, ...more });
  await done('qm_import_disk', { vmid, name, image: IMAGE, storage, cloud_init_drive: true });
  const converted = await done('template_convert', { vmid, name });
  if (keep === undefined) return converted;
  return done('template_rotate', { vmid, name: family, generation, template_keep: keep });
}

const PLACES = ['/etc/pve/nodes', '/var/lib/vz/images', '/var/lib/vz/snippets', '/var/lib/testnode'];

async function readEverything(cluster: Cluster): Promise<State> {
  const state = new Map<string, string>();
  for (const node of cluster.names) {
    const which = [
      '-type',
      'f',
      '(',
      '-path',
      '*/qemu-server/*.conf',
      '-o',
      '-not',
      '-path',
      '/etc/pve/*',
      ')',
    ];
    for (const [path, digest] of await fileDigests(cluster, node, [...PLACES, ...which]))
      state.set(path.startsWith('/etc/pve') ? path : `${node}:${path}`, digest);
  }
  return state;
}

/** Paths that are gone or have become other ones. */
export const changed = (before: State, after: State): readonly string[] =>
  [...before].filter(([path, digest]) => after.get(path) !== digest).map(([path]) => path);

/** Paths of what belongs to a guest: its configuration and its volumes. */
export const ofGuest = (state: State, ...vmids: readonly number[]): State =>
  new Map(
    [...state].filter(([path]) =>
      vmids.some(vmid => new RegExp(`/(?:${vmid}\\.conf$|(?:vm|base)-${vmid}-)`).test(path)),
    ),
  );
