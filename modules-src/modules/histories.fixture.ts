import { randomUUID } from 'node:crypto';
import { memoryCluster } from '../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, performSteps, type ModelNode } from '../pve/vms/fixtures/model-node.ts';
import { generationsOf } from '../pve/vms/generations/family.ts';
import { findVm, readVms } from '../pve/vms/find.ts';
import { freeVmids } from '../pve/vms/vmids/range.ts';
import { parseStorageConfig } from '../pve/text/storage-config.ts';
import { UserError } from '../sdk/error.ts';
import type { Lane } from '../sdk/step.ts';
import { planImport } from './qm_import_disk/plan.ts';
import { planConvert } from './template_convert/plan.ts';
import { chooseGeneration } from './template_generation/plan.ts';
import { observeRotation } from './template_rotate/observe.ts';
import { planRotate } from './template_rotate/plan.ts';
import { observeCreate } from './vm_create/observe.ts';
import { planCreate } from './vm_create/plan.ts';
import vmRemove from './vm_remove/module.ts';

/** One thing that happens; numbers choose among what there is. */
export interface Event {
  readonly what: keyof typeof HAND | keyof typeof ROLE;
  readonly which: number;
  readonly other: number;
}

/** A node on which the role and a user work in turn. */
export interface World {
  readonly node: ModelNode;
  /** Guests that the user has made or changed, with their text; the VMID is his alone from then on. */
  readonly theirs: Map<number, string>;
  readonly backups: string[];
  /** Runs of the role that refused to do something. */
  refusals: number;
  /** Guests that runs of the role have removed. */
  removed: number;
  image: number;
}

export const newWorld = (): World => ({
  node: modelNode({}, '64M'),
  theirs: new Map(),
  backups: [],
  refusals: 0,
  removed: 0,
  image: 0,
});

const FAMILY = 'golden';
const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
const RANGE = { first: 9000, last: 9011 };
const BYTES = 64 * 1024 ** 2;

/* What the user does, on the text of the files, without a parser of ours. */

const SECTION = /\n\[/;
const setLine = (text: string, key: string, value: string | undefined): string => {
  const [current = '', ...rest] = text.split(SECTION);
  const lines = current.split('\n').filter(line => line !== '' && !line.startsWith(`${key}: `));
  const changed = [...lines, ...(value === undefined ? [] : [`${key}: ${value}`]), ''].join('\n');
  return [changed, ...rest.map(section => `[${section}`)].join('\n');
};
const lineOf = (text: string, key: string): string | undefined =>
  new RegExp(`^${key}: (.*)$`, 'm').exec(text.split(SECTION)[0] ?? '')?.[1];
const withoutSnapshots = (text: string): string => `${text.split(SECTION)[0] ?? ''}\n`.replace(/\n+$/, '\n');

/** A copy has another vmgenid, volumes of its own VMID, and everything else of its origin. */
const copyOf = (text: string, vmid: number): string =>
  setLine(withoutSnapshots(text), 'vmgenid', randomUUID()).replace(
    /^((?:scsi|unused)\d+: \w+:)(?:base-\d+-disk-\w+\/)?(vm|base)-\d+-/gm,
    `$1$2-${vmid}-`,
  );

type Hand = (world: World, vmid: number, other: number) => void;

const change =
  (edit: (text: string, other: number) => string): Hand =>
  ({ node }, vmid, other) =>
    node.configs.set(vmid, edit(node.configs.get(vmid) ?? '', other));

const HAND = {
  clone: ({ node }: World, vmid: number, other: number) => {
    const copy = copyOf(node.configs.get(vmid) ?? '', other).replace(/base-(\d+-disk)/g, 'vm-$1');
    node.configs.set(other, setLine(setLine(copy, 'template', undefined), 'name', `copy-of-${vmid}`));
  },
  link: ({ node }: World, vmid: number, other: number) => {
    const text = withoutSnapshots(node.configs.get(vmid) ?? '');
    const base = /^scsi0: \w+:(base-[\w-]+)/m.exec(text)?.[1];
    if (base === undefined) return;
    const copy = setLine(setLine(text, 'template', undefined), 'vmgenid', randomUUID());
    node.configs.set(other, setLine(copy, 'scsi0', `local:${base}/vm-${other}-disk-0,size=64M`));
  },
  backUp: ({ node, backups }: World, vmid: number) => backups.push(node.configs.get(vmid) ?? ''),
  restore: ({ node, backups }: World, _: number, other: number) => {
    const backup = backups.at(other % Math.max(1, backups.length));
    if (backup !== undefined) node.configs.set(other, copyOf(backup, other));
  },
  /** What the marker names is gone, and a copy of it takes its VMID. */
  replace: ({ node }: World, vmid: number) =>
    node.configs.set(vmid, setLine(copyOf(node.configs.get(vmid) ?? '', vmid), 'name', 'db-prod')),
  restoreInPlace: ({ node }: World, vmid: number) =>
    node.configs.set(vmid, copyOf(node.configs.get(vmid) ?? '', vmid)),
  rename: change((text, other) => setLine(text, 'name', `payroll-${other}`)),
  tag: change(text => setLine(text, 'tags', 'finance')),
  keep: change(text => setLine(text, 'tags', 'keep')),
  annotate: change(text => `#do NOT delete\n${text}`),
  editMark: change(text => text.replace('"number"%3A', '"number"%3A1')),
  addDisk: change((text, other) => setLine(text, 'scsi5', `local:vm-${other}-disk-9,size=1G`)),
  swapDisk: change(text => text.replace(/^(scsi0: .*)size=64M/m, '$1size=32G')),
  detach: change(text => setLine(text, 'unused0', 'local:vm-1-disk-0')),
  protect: change(text => setLine(text, 'protection', '1')),
  untemplate: change(text => setLine(text, 'template', undefined)),
  /** PVE takes none of a template. */
  snapshot: change(text => (lineOf(text, 'template') === '1' ? text : `${text}\n[before]\nmemory: 512\n`)),
  destroy: ({ node, theirs }: World, vmid: number) => {
    node.configs.delete(vmid);
    theirs.delete(vmid);
  },
} satisfies Record<string, Hand>;

/* What the role does, by the modules' own observers and plans. */

type Role = (world: World, vmid: number) => Promise<void>;

const perform = ({ node }: World, lanes: readonly Lane[]): void => performSteps(node, lanes.flat());

async function make(world: World, identity: { vmid: number; name: string }, more: object): Promise<void> {
  const cluster = memoryCluster(world.node);
  const wanted = {
    ...identity,
    disk_storage: 'local',
    image_disk: 'scsi0',
    cloud_init_enabled: true,
    cloud_init_vendor_data: 'ntp: {}\n',
    ...more,
  };
  perform(
    world,
    planCreate(wanted, await observeCreate(wanted, { checkMode: false, problems: [] }, cluster)),
  );
  const vm = await findVm(identity, { checkMode: false }, cluster);
  const image = { virtualSize: BYTES, identity: { size: 1, inode: '1', mtimeNs: '1', ctimeNs: '1' } };
  const seen = { vm, path: '/x.img', storage: LOCAL, free: undefined, image, checkMode: false };
  const digest = `sha256:${world.image}`;
  perform(world, planImport({ ...identity, storage: 'local', disk: 'scsi0' }, { ...seen, digest }));
}

const rotate =
  (keep: number): Role =>
  async world => {
    const cluster = memoryCluster(world.node);
    const records = await readVms(cluster);
    const choice = chooseGeneration(
      { name: FAMILY, template_test: 'none' },
      {
        generations: generationsOf({ name: FAMILY }, 'pve01', records),
        recipe: { digest: `sha256:${world.image}`, settings: 'scrypt:s' },
        isReplicated: false,
        isOtherPassword: false,
      },
    );
    const vmid = choice.vmid ?? freeVmids(RANGE, await cluster.listGuests())[0];
    if (vmid === undefined) return;
    const identity = { vmid, name: choice.name };
    const generation = { family: FAMILY, number: choice.number, settings: 'scrypt:s' };
    await make(world, identity, { generation });
    const vm = await findVm(identity, { checkMode: false }, cluster);
    const seen = { vm, others: await readVms(cluster), storages: [], imageDigest: undefined };
    perform(world, planConvert({ ...identity, timeout: 1, apply: 'live' }, seen));
    const wanted = { vmid, name: FAMILY, generation, template_keep: keep };
    perform(
      world,
      planRotate(wanted, await observeRotation(wanted, { checkMode: false, problems: [] }, cluster)),
    );
  };

const ROLE = {
  renew: (world: World, vmid: number) => rotate(1)(Object.assign(world, { image: world.image + 1 }), vmid),
  renewKeepingTwo: (world: World, vmid: number) =>
    rotate(2)(Object.assign(world, { image: world.image + 1 }), vmid),
  rotate: rotate(1),
  rotateKeepingTwo: rotate(2),
  /** An ordinary VM under the template's name. */
  makeNamesake: (world: World) => make(world, { vmid: 300, name: FAMILY }, {}),
  makeWeb: (world: World) => make(world, { vmid: 301, name: 'web' }, {}),
  removeWeb: async (world: World) => {
    const wanted = { vmid: 301, name: 'web', confirm_delete: 'web', timeout: 1 };
    const given = { ...wanted, retries: 0, retry_delay: 0, command_timeout: 1, qm: 'auto' as const };
    const cluster = memoryCluster(world.node);
    const isTheirs = world.theirs.has(301);
    // Whoever confirms it means it.
    if (!isTheirs)
      perform(
        world,
        vmRemove.plan(given, await vmRemove.observe(given, { checkMode: false, problems: [] }, cluster)),
      );
  },
} satisfies Record<string, Role>;

export const HAND_EVENTS = Object.keys(HAND) as (keyof typeof HAND)[];
export const ROLE_EVENTS = Object.keys(ROLE) as (keyof typeof ROLE)[];

const isHand = (what: Event['what']): what is keyof typeof HAND => what in HAND;

/** Lets it happen, and answers what the role has done to what is the user's. */
export async function happen(world: World, { what, which, other }: Event): Promise<readonly string[]> {
  if (!isHand(what)) return runRole(world, ROLE[what]);
  const { node, theirs } = world;
  const vmids = [...node.configs.keys()];
  const vmid = vmids[which % Math.max(1, vmids.length)];
  const free = [...Array(12).keys()].map(index => [9000 + index, 400 + index][other % 2] ?? 0);
  const target = free.find(number => number % 12 >= other % 12 && !node.configs.has(number));
  if (vmid === undefined || target === undefined) return [];
  const before = new Map(node.configs);
  HAND[what](world, vmid, target);
  for (const [number, text] of node.configs) if (before.get(number) !== text) theirs.set(number, text);
  return [];
}

async function runRole(world: World, work: Role): Promise<readonly string[]> {
  const { node, theirs } = world;
  const files = new Map(node.files);
  const before = [...node.configs.keys()];
  try {
    await work(world, 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    world.refusals++;
  }
  world.removed += before.filter(vmid => !node.configs.has(vmid)).length;
  const lost = [...theirs].flatMap(([vmid, text]) => harm(vmid, text, node.configs.get(vmid)));
  for (const vmid of theirs.keys()) theirs.set(vmid, node.configs.get(vmid) ?? '');
  return [...lost, ...lostSnippets(files, node)];
}

/** The family's name moves from one generation to the next, and marks those from before they were counted. */
function harm(vmid: number, before: string, after: string | undefined): readonly string[] {
  if (after === undefined) return [`VM ${vmid} is gone:\n${before}`];
  const settled = (text: string): string =>
    text
      .replace(/^name: golden(?:-g\d+)?$/m, 'name: golden')
      .split('\n')
      .sort()
      .join('\n');
  return settled(before) === settled(after) ? [] : [`VM ${vmid} was\n${before}\nand is\n${after}`];
}

/** Snippets that a VM uses are there, and say what they said. */
const lostSnippets = (
  before: ReadonlyMap<string, string>,
  { configs, files }: ModelNode,
): readonly string[] =>
  [...configs].flatMap(([vmid, text]) =>
    [...(lineOf(text, 'cicustom') ?? '').matchAll(/local:snippets\/[^,\s]+/g)]
      .map(([volume]) => volume)
      .filter(volume => before.has(volume) && files.get(volume) !== before.get(volume))
      .map(volume => `VM ${vmid} has lost ${volume}`),
  );
