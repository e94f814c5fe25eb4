import type { PlaybookRun } from '../../testnode/playbook.ts';
import { publishImage } from '../published-image.ts';
import type { Scene } from '../scene.ts';
import { nameFaults } from './name-faults.ts';

/** What the role is doing when something is killed: from a node that earlier runs have prepared, one more run. */
export interface Work {
  /** Which build of the image is published when the run begins; what goes before is made of the first one. */
  readonly build: Build;
  readonly prepare: (scene: Scene) => Promise<unknown>;
  readonly run: (scene: Scene, env?: Readonly<Record<string, string>>) => Promise<PlaybookRun>;
  /** How many nodes it is about; 1 when absent. */
  readonly nodes?: number;
  /** A further run must find nothing to do. */
  readonly settles?: true;
  /** What must not be, wherever it is killed: told of the configurations of VMs. */
  readonly faults?: (configs: Readonly<Record<string, string>>) => readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string>>;

const play = (scene: Scene, playbook: string, more: Variables, env: Environment = {}): Promise<PlaybookRun> =>
  scene.run(playbook, ['-e', JSON.stringify({ proxmox_disk_storage: 'local', ...more })], env);

async function prepared(...[scene, playbook, more]: Parameters<typeof play>): Promise<void> {
  const { rc, output } = await play(scene, playbook, more);
  if (rc !== 0) throw new Error(`what goes before failed\n${output}`);
}

const FLEET = 'test/playbooks/fleet.yml';
const ROTATION = 'examples/template-rotation.yml';
const ROTATED = { proxmox_vm_template_keep: 1 };
const ON_EACH = 'examples/template-nodes.yml';
const OF_EACH = {
  proxmox_vm_template_keep: 1,
  proxmox_vm_clones: [
    { name: 'web-01', vmid: 301, node: 'pve01', start: false },
    { name: 'web-02', vmid: 302, node: 'pve02', start: false },
  ],
};
const SEVERAL = 'test/playbooks/several-vms.yml';
const VMS = [
  { name: 'control-1', vmid: 210, cloud_init_ip: '10.98.0.11/24', cloud_init_gw: '10.98.0.1' },
  { name: 'worker-1' },
  { name: 'worker-2', vmid: 216, start_after_create: false, cloud_init_password: 'a-secret-word' },
];
const REMOVED = {
  proxmox_vm_make_template: false,
  proxmox_vm_create_clones: false,
  // A guest that does not run, since one of the test node does not obey a shutdown.
  proxmox_vm_start_after_create: false,
  proxmox_vm_uefi: true,
  proxmox_vm_disks: { scsi1: 'local:1' },
  proxmox_vm_cloud_init_user_data: '#cloud-config\ntimezone: Europe/Berlin\n',
};

const holdSnippets = (scene: Scene): Promise<unknown> =>
  scene.cluster.exec('pve01', [
    'pvesm',
    'set',
    'local',
    '--content',
    'images,import,iso,vztmpl,snippets,backup',
  ]);

const BUILDS = {
  first: { size: '64M', boots: false },
  newer: { size: '96M', boots: false },
  good: { size: '64M', boots: true },
  better: { size: '96M', boots: true },
} as const;
type Build = keyof typeof BUILDS;

/** Puts a build under the URLs of the image. */
export function publish(scene: Scene, build: Build): Promise<void> {
  const { size, boots } = BUILDS[build];
  return publishImage(scene, size, boots);
}

const SETTINGS = '/etc/testnode/settings.json';

/** From now on guests count on their data disks, so that what a disk has tells who has had it. */
async function guestsCount({ cluster }: Scene): Promise<void> {
  const settings = JSON.parse(await cluster.readFile('pve01', SETTINGS)) as object;
  await cluster.writeFile('pve01', SETTINGS, JSON.stringify({ ...settings, guestsCount: true }));
}

const REPLACE = 'test/playbooks/replace.yml';
const GONE = { proxmox_vm_state: 'absent', proxmox_vm_confirm_delete: 'db' };

/** A VM that counts on its data disk, of the good build. */
async function counting(scene: Scene): Promise<void> {
  await guestsCount(scene);
  await publish(scene, 'good');
  await prepared(scene, REPLACE, {});
}

/** A VM that does not come up: what the run must come to is the old system, and a failure that says so. */
async function withoutSign(scene: Scene, env: Environment = {}): Promise<PlaybookRun> {
  const run = await play(scene, REPLACE, { proxmox_vm_wait_timeout: 5 }, env);
  const isBack = /the old\s+disk\s+is\s+in\s+its\s+place\s+again/.test(run.output);
  return isBack ? { ...run, rc: 0 } : { ...run, rc: run.rc === 0 ? 1 : run.rc };
}

export const WORKS = {
  /** Image, VM, template and clones, from nothing. */
  fleet: {
    build: 'first',
    prepare: () => Promise.resolve(),
    run: (scene, env) => play(scene, FLEET, {}, env),
  },
  /** Linked and full clones of a template that is there. */
  clones: {
    build: 'first',
    prepare: scene => prepared(scene, FLEET, { proxmox_vm_create_clones: false }),
    run: (scene, env) => play(scene, FLEET, {}, env),
  },
  /** A third generation of a template, of a newer image; the first one goes. */
  rotation: {
    build: 'newer',
    prepare: async scene => {
      await prepared(scene, ROTATION, ROTATED);
      await prepared(scene, ROTATION, { ...ROTATED, proxmox_vm_memory: 3072 });
    },
    run: (scene, env) => play(scene, ROTATION, { ...ROTATED, proxmox_vm_memory: 3072 }, env),
    faults: nameFaults(['pve01'], 'debian-12'),
  },
  /** A second generation of a template on each of three nodes; the first one goes where no clone stands on it. */
  nodes: {
    build: 'newer',
    nodes: 3,
    prepare: scene => prepared(scene, ON_EACH, OF_EACH),
    run: (scene, env) => play(scene, ON_EACH, OF_EACH, env),
    settles: true,
    faults: nameFaults(['pve01', 'pve02', 'pve03'], 'debian-12'),
  },
  /** A VM with snippets, EFI and data disks goes. */
  removal: {
    build: 'first',
    prepare: async scene => {
      await holdSnippets(scene);
      await prepared(scene, FLEET, REMOVED);
    },
    run: (scene, env) =>
      play(
        scene,
        FLEET,
        { ...REMOVED, proxmox_vm_state: 'absent', proxmox_vm_confirm_delete: 'debian-12' },
        env,
      ),
  },
  /** A data disk goes from a VM that runs, and is removed, to the next one. */
  data: {
    build: 'good',
    prepare: counting,
    run: async (scene, env) => {
      const gone = await play(scene, REPLACE, GONE, env);
      return gone.rc === 0 ? play(scene, REPLACE, { proxmox_vm_vmid: 241 }, env) : gone;
    },
  },
  /** A VM with a data disk gets the system of a newer image. */
  replace: {
    build: 'better',
    prepare: counting,
    run: (scene, env) => play(scene, REPLACE, {}, env),
  },
  /** The newer image does not come up, and the old system comes back. */
  return: {
    build: 'newer',
    prepare: counting,
    run: withoutSign,
  },
  /** Three VMs of one play, side by side, one of which takes a number by itself. */
  vms: {
    build: 'first',
    prepare: () => Promise.resolve(),
    run: (scene, env) => play(scene, SEVERAL, { proxmox_vms: VMS }, env),
  },
} satisfies Readonly<Record<string, Work>>;

export type WorkName = keyof typeof WORKS;
export const WORK_NAMES = Object.keys(WORKS).filter((name): name is WorkName => name in WORKS);
