import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { withMarker, type Marker } from '../../pve/vms/marker.ts';
import { converge, type Converged } from '../../runtime/converge.ts';
import type { Cluster, Readings } from '../../sdk/cluster.ts';
import { StepError } from '../../sdk/step-error.ts';
import type { ClusterAction, QmAction } from '../../sdk/step.ts';
import vmReplace from './module.ts';
import type { Observed } from './wanted.ts';

export type Params = Parameters<typeof vmReplace.observe>[0];

const GIB = 1024 ** 3;
export const OLD = 'local:200/vm-200-disk-0.raw';
export const OLD_EFI = 'local:200/vm-200-disk-1.raw';
export const DATA = 'local:900/vm-900-pgdata.raw';

export const wanted: Params = {
  ...{ vmid: 200, name: 'web-01', replace: 'when-image-changed', image: '/srv/new.img', cache_dir: '/srv' },
  ...{ storage: 'local', disk: 'scsi0', size_increase: '+1G', iothread: true, next_image: 'same' },
  ...{ wait_for: 'agent', wait_timeout: 1, timeout: 1, retries: 0, retry_delay: 0 },
} as unknown as Params;

/** A node of one VM, on which anything may fail, and anybody may be killed. */
export interface World {
  readonly values: Map<string, string>;
  /** Volumes that there are. */
  readonly volumes: Set<string>;
  running: boolean;
  /** Whether the new system gives its sign. */
  comesUp: boolean;
  /** Operations, by what they are, that fail. */
  failing: string | undefined;
  /** Operations until whoever works is killed: before that one, and with a half after it. */
  killedAt: number | undefined;
  /** Volumes that the VM was started from. */
  readonly boots: string[];
  readonly done: string[];
  /** What the machine that works on it remembers of it. */
  remembered: readonly string[];
}

export function newWorld(more: Readonly<Record<string, string>> = {}, running = true): World {
  const marker: Marker = {
    ...{ vmid: 200, image: 'old.img', digest: 'sha256:aa', diskSize: 3 * GIB, disks: { scsi0: 3 * GIB } },
  };
  return {
    values: new Map(
      Object.entries({
        name: 'web-01',
        agent: '1',
        description: withMarker('mine', marker),
        scsi0: `${OLD},discard=on,size=3G`,
        efidisk0: `${OLD_EFI},efitype=4m,pre-enrolled-keys=1,size=528K`,
        scsi2: `${DATA},size=20G`,
        net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
        ...more,
      }),
    ),
    volumes: new Set([OLD, OLD_EFI, DATA]),
    running,
    comesUp: true,
    failing: undefined,
    killedAt: undefined,
    boots: [],
    done: [],
    remembered: [],
  };
}

const encoded = (text: string): string => text.replace(/[%:]/g, character => encodeURIComponent(character));

const configText = ({ values }: World): string =>
  [...values]
    .map(([key, value]) =>
      key === 'description'
        ? value
            .split('\n')
            .map(line => `#${encoded(line)}`)
            .join('\n')
        : `${key}: ${value}`,
    )
    .join('\n');

class Killed extends Error {}

/** Runs the module as the runtime does; a kill is thrown. */
export const run = (
  world: World,
  params: Params = wanted,
  told: Partial<Readings> = {},
  checkMode = false,
): Promise<Converged<Observed>> => {
  const retry = { retries: 0, delay: 0 };
  return converge(vmReplace, params, { checkMode, problems: [] }, retry, clusterOf(world, told));
};

function clusterOf(world: World, told: Partial<Readings>): Cluster {
  const guest = { vmid: 200, node: 'pve01', kind: 'qemu' as const };
  const give = <T>(value: T): Promise<T> => Promise.resolve(value);
  const cluster = memoryCluster(undefined, {
    storages: 'dir: local\n\tpath /var/lib/vz\n\tcontent images\n',
    listGuests: () => give([guest]),
    readGuest: () => give({ ...guest, text: configText(world) }),
    isRunning: () => give(world.running),
    readImage: () => give({ digest: 'sha256:bb', virtualSize: 2 * GIB, bytes: GIB }),
    readSource: ({ image }, use) =>
      give({ path: image, digest: 'sha256:bb', image: use === 'name' ? undefined : IMAGE }),
    readSigns: () => give({ agent: isUp(world), interfaces: [] }),
    readRemembered: () => give(world.remembered),
    ...told,
  });
  let count = 0;
  const perform = (action: ClusterAction): Promise<void> => {
    count += 1;
    if (count === world.killedAt) return Promise.reject(new Killed());
    const failure = attempt(world, action);
    if (failure === undefined && count + 0.5 === world.killedAt) return Promise.reject(new Killed());
    return failure === undefined ? Promise.resolve() : Promise.reject(new StepError(failure, false));
  };
  return { ...cluster, perform };
}

const IMAGE = {
  virtualSize: 2 * GIB,
  identity: { size: GIB, inode: '7', mtimeNs: '1', ctimeNs: '2' },
};

export const bootVolume = ({ values }: World): string => values.get('scsi0')?.split(',', 1)[0] ?? '';

const isUp = (world: World): boolean => world.running && (world.comesUp || bootVolume(world) === OLD);

/** Does it, or says why not. */
function attempt(world: World, action: ClusterAction): string | undefined {
  const what = nameOf(action);
  if (action.kind === 'qm') world.remembered = action.remembers ?? world.remembered;
  if (what === world.failing) return `${what}: it is full`;
  if (action.kind === 'wait-guest')
    return isUp(world) ? undefined : 'its guest agent did not answer within 1 s';
  if (action.kind !== 'qm' && action.kind !== 'import-image')
    throw new Error(`${action.kind} is not modelled`);
  world.done.push(what);
  perform(world, action.kind === 'qm' ? action : { ...action, kind: 'qm', verb: 'set' });
  return undefined;
}

const nameOf = (action: ClusterAction): string =>
  action.kind === 'import-image' ? 'import' : action.kind === 'qm' ? action.verb : action.kind;

function perform(world: World, { verb, properties }: QmAction): void {
  if (verb === 'start') {
    if (world.running) throw new Error('VM 200 already running');
    world.running = true;
    world.boots.push(bootVolume(world));
  } else if (verb === 'shutdown') world.running = false;
  else if (verb === 'resize') {
    const { disk, size } = properties as { readonly disk: string; readonly size: string };
    world.values.set(disk, (world.values.get(disk) ?? '').replace(/size=\w+/, `size=${size}`));
  } else for (const [key, value] of Object.entries(properties)) setOne(world, key, value);
}

function setOne(world: World, key: string, value: unknown): void {
  if (key === 'delete') for (const name of value as readonly string[]) free(world, name);
  else if (!/^(?:scsi|efidisk)\d+$/.test(key)) world.values.set(key, String(value));
  else setDrive(world, key, String(value));
}

function free(world: World, key: string): void {
  world.volumes.delete(world.values.get(key) ?? '');
  world.values.delete(key);
}

/** What was in the slot becomes `unusedN`, and what is attached again is none any more. */
function setDrive(world: World, key: string, text: string): void {
  if (world.running) throw new Error(`${key} would wait for the next start`);
  const [file = '', ...options] = text.split(',');
  const before = world.values.get(key)?.split(',', 1)[0];
  const kept = options.filter(option => !/^(?:import-from|format)=/.test(option));
  const isNew = /:\d+$/.test(file);
  const volume = isNew ? newVolume(world) : file;
  for (const [name, held] of world.values)
    if (held === volume && name.startsWith('unused')) world.values.delete(name);
  if (before !== undefined && before !== volume) world.values.set(freeUnused(world), before);
  world.values.set(key, [volume, ...kept, ...(isNew ? ['size=2G'] : [])].join(','));
}

function newVolume({ volumes }: World): string {
  const all = Array.from({ length: 9 }, (_, number) => `local:200/vm-200-disk-${number}.raw`);
  const volume = all.find(one => !volumes.has(one)) ?? '';
  volumes.add(volume);
  return volume;
}

const freeUnused = ({ values }: World): string =>
  Array.from({ length: 9 }, (_, number) => `unused${number}`).find(name => !values.has(name)) ?? '';
