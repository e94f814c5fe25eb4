import fc from 'fast-check';
import { prefixed } from '../../../sdk/compose.ts';
import { cloudInitOptions } from '../../../pve/cloud-init/options.ts';
import { memoryCluster } from '../../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode, type ModelNode } from '../../../pve/vms/fixtures/model-node.ts';
import { answerOf } from '../../../runtime/answer.ts';
import { converge } from '../../../runtime/converge.ts';
import { maskSecrets, secretsOf } from '../../../runtime/mask.ts';
import { validate } from '../../../runtime/validate.ts';
import type { Cluster } from '../../../sdk/cluster.ts';
import type { ModuleDefinition } from '../../../sdk/define-module.ts';
import type { FoundImage } from '../../../sdk/image.ts';
import type { Options, ValuesOf } from '../../../sdk/option.ts';
import cloudImageFetch from '../../cloud_image_fetch/module.ts';
import cloudinitApply from '../../cloudinit_apply/module.ts';
import qmImportDisk from '../../qm_import_disk/module.ts';
import templateConvert from '../../template_convert/module.ts';
import vmClone from '../../vm_clone/module.ts';
import vmConfigure from '../../vm_configure/module.ts';
import { anyWantedVm } from '../../vm_configure/wanted.fixture.ts';
import vmCreate from '../../vm_create/module.ts';
import vmDataDisks from '../../vm_data_disks/module.ts';
import vmPower from '../../vm_power/module.ts';
import vmReplace from '../../vm_replace/module.ts';
import type { Wanted } from '../params.ts';
import { isReplacing, wantsCloudInit } from '../wishes.ts';
import { sameSources, type Sources } from './source.ts';
import * as sources from './sources.ts';
import { valuesOf } from './values.ts';

/** A run of the role, what happens after it, and what is wanted then. */
export interface Run {
  readonly wanted: Wanted;
  readonly hand: readonly Hand[];
  readonly later: Wanted;
  readonly image: 'known' | 'long ago' | 'missing';
}

export interface Scene {
  readonly model: ModelNode;
  readonly wanted: Wanted;
  readonly cluster: Cluster;
}

/** Where the modules work. */
export const PLACE = 'pve01';

const URL = 'https://images.example/debian-12.qcow2';
const STORAGES = [
  'dir: local',
  '\tpath /var/lib/vz',
  '\tcontent snippets,images',
  '',
  'lvmthin: local-lvm',
  '\tcontent images',
  '',
  'lvmthin: tank',
  '\tcontent images',
  '',
].join('\n');

const IDENTITY = { size: 1, inode: '1', mtimeNs: '1', ctimeNs: '1' };
const record = (fetched: string) => ({
  ...{ url: URL, digest: 'sha256:00', content: 'sha256:00', verified: [], identity: IDENTITY },
  ...{ format: 'qcow2', virtualSize: 1024 ** 3, fetched },
});

const foundImage = (image: Run['image']): FoundImage => ({
  path: '/var/lib/vz/template/iso/debian-12.qcow2',
  cached: {
    ...(image === 'missing'
      ? { file: undefined, record: undefined }
      : {
          file: IDENTITY,
          record: record(image === 'known' ? new Date().toISOString() : '2020-01-01T00:00:00Z'),
        }),
    digests: [],
    proof: undefined,
  },
  ...{
    fetchedNow: false,
    news: 'same' as const,
    refreshFailure: undefined,
    wasHashed: false,
    info: undefined,
  },
});

interface Task {
  readonly run: (scene: Scene) => Promise<Ran>;
}

/** What became of a task; one that refuses is never settled. */
interface Ran {
  readonly changed: boolean;
  readonly answer: unknown;
}

const task = <P extends Options, Observed>(
  definition: ModuleDefinition<P, Observed>,
  given: Sources,
): Task => ({
  run: async ({ wanted, cluster }) => {
    try {
      const raw = valuesOf(given, wanted);
      const { completion } = definition;
      const standIn = completion?.standIn(raw);
      const { values } = validate(definition, () => true, { ...raw, ...standIn });
      const params = (
        standIn === undefined ? values : await completion?.complete(values, { checkMode: false }, cluster)
      ) as ValuesOf<P>;
      const around = { checkMode: false, problems: [] };
      const converged = await converge(definition, params, around, { retries: 0, delay: 0 }, cluster);
      const context = { checkMode: false, diff: false };
      const answer = answerOf(definition, params, converged, {
        context,
        deprecations: [],
        show: cluster.show,
      });
      const isSame = converged.steps.length + converged.left.length === 0;
      const told = maskSecrets(answer, secretsOf(definition.params, raw));
      return { changed: !isSame, answer: JSON.parse(JSON.stringify(told)) as unknown };
    } catch (error) {
      return { changed: true, answer: String(error) };
    }
  },
});

const creation: Sources = {
  ...sources.vm,
  cloud_init_enabled: 'brings_drive',
  ...sameSources('vm_', prefixed('cloud_init_', cloudInitOptions)),
};

const TASKS: Readonly<Record<string, Task>> = {
  cloud_image_fetch: task(cloudImageFetch, sources.fetch),
  vm_create: task(vmCreate, creation),
  vm_configure: task(vmConfigure, sources.configure),
  qm_import_disk: task(qmImportDisk, sources.importDisk),
  cloudinit_apply: task(cloudinitApply, sources.cloudInit),
  vm_data_disks: task(vmDataDisks, sources.dataDisks),
  vm_replace: task(vmReplace, sources.replace),
  vm_power: task(vmPower, sources.power),
  template_convert: task(templateConvert, sources.convert),
  vm_clone: task(vmClone, sources.clone),
};

export async function happens(name: string, scene: Scene): Promise<Ran> {
  const found = TASKS[name];
  if (found === undefined) throw new Error(`no task ${name}`);
  return found.run(scene);
}

type Hand = (model: ModelNode) => void;

const edit =
  (vmid: number, change: (text: string) => string): Hand =>
  ({ configs }) => {
    const text = configs.get(vmid);
    if (text !== undefined) configs.set(vmid, change(text));
  };
const withLine = (key: string, line: string) => (text: string) =>
  `${text.replace(new RegExp(`^${key}: .*\n`, 'm'), '')}${line}`;

/** What somebody may have done to it meanwhile. */
const HANDS: readonly Hand[] = [
  edit(200, withLine('memory', 'memory: 1536\n')),
  edit(200, withLine('name', 'name: theirs\n')),
  edit(200, withLine('ciuser', 'ciuser: someone\n')),
  edit(200, withLine('ipconfig0', '')),
  edit(200, withLine('cores', '\n[PENDING]\ncores: 7\n')),
  edit(200, text => text.replace(/^#.*\n/gm, '')),
  edit(200, text => text.replace(/^(scsi0: .*)size=[^,\n]+/m, '$1size=900G')),
  edit(301, withLine('memory', 'memory: 700\n')),
  edit(301, withLine('name', 'name: theirs\n')),
  ({ running }) => running.delete(200),
  ({ running }) => running.delete(301),
  ({ configs }) => configs.delete(200),
  ({ configs }) => configs.delete(301),
  ({ files }) => files.clear(),
];

/** Runs the role, lets things happen, and answers what is there then. */
export async function madeBy({ wanted, hand, later, image }: Run): Promise<Scene> {
  const model = modelNode({}, '2G');
  const readSource = () =>
    Promise.resolve({
      path: '/x.img',
      image: { virtualSize: 2 * 1024 ** 3, identity: IDENTITY },
      digest: 'sha256:00',
    });
  const readImage = () => Promise.resolve({ digest: 'sha256:00', virtualSize: 2 * 1024 ** 3, bytes: 1 });
  const findImage = () => Promise.resolve(foundImage(image));
  const cluster = memoryCluster(model, { storages: STORAGES, readSource, readImage, findImage });
  for (const name of Object.keys(TASKS)) {
    const isWanted = name === 'vm_create' || name === 'vm_configure' || isAsked(name, wanted);
    if (isWanted) await happens(name, { model, wanted, cluster });
  }
  hand.forEach(change => change(model));
  return { model, wanted: later, cluster };
}

const isAsked = (name: string, wanted: Wanted): boolean =>
  ({
    qm_import_disk: wanted.vm_cloud_image_url !== undefined,
    cloudinit_apply: wantsCloudInit(wanted),
    vm_data_disks: Object.keys(wanted.vm_data_disks ?? {}).length > 0,
    vm_replace: isReplacing(wanted) && wanted.vm_cloud_image_url !== undefined,
    vm_power: wanted.vm_make_template !== true && wanted.vm_create_clones !== true,
    template_convert: wanted.vm_make_template === true,
    vm_clone: wanted.vm_create_clones === true,
  })[name] ?? false;

const RETRY = { retries: 0, retry_delay: 0, command_timeout: 60 };

const clone = fc.record(
  {
    name: fc.constantFrom('c1', 'c2'),
    vmid: fc.constantFrom(301, 302),
    full: fc.boolean(),
    start: fc.boolean(),
    memory: fc.constantFrom(512, 1024),
    ip: fc.constantFrom('dhcp', '10.0.0.8/24'),
    node: fc.constantFrom(PLACE, 'pve02'),
    cores: fc.constantFrom(1, 2),
  },
  { requiredKeys: ['name', 'full', 'start'] },
);

/** Variables of a run, as the role hands them to preflight. */
const anyWanted: fc.Arbitrary<Wanted> = fc
  .record({
    hardware: anyWantedVm,
    hasImage: fc.constantFrom(true, true, false),
    hasCloudInit: fc.boolean(),
    byName: fc.boolean(),
    cloudInit: fc.record(
      {
        vm_cloud_init_user: fc.constantFrom('ubuntu', 'web-01'),
        vm_cloud_init_password: fc.constantFrom('s3cret', 'web-01'),
        vm_cloud_init_ssh_keys: fc.constant(['ssh-ed25519 A me']),
        vm_cloud_init_ip: fc.constantFrom('dhcp', '10.0.0.7/24'),
        vm_cloud_init_gw: fc.constantFrom('10.0.0.1', 'none'),
        vm_cloud_init_dns: fc.constant(['1.1.1.1']),
        vm_cloud_init_install_agent: fc.boolean(),
        vm_cloud_init_vendor_data: fc.constant('ntp: {}\n'),
        vm_disk_size: fc.constantFrom('8G', '1G'),
        vm_import_disk_size_increase: fc.constant('+5G'),
        disk_cache: fc.constantFrom('none' as const, 'writeback' as const),
        cloud_image_refresh: fc.constantFrom('never' as const, 'never' as const, 'always' as const),
      },
      { requiredKeys: [] },
    ),
    state: fc.constantFrom('present' as const, 'started' as const, 'stopped' as const),
    start: fc.boolean(),
    template: fc.boolean(),
    replace: fc.constantFrom('never' as const, 'when-image-changed' as const),
    dataDisks: fc.constantFrom({}, {}, { scsi7: { name: 'data', size: '4G' } }),
    clones: fc.option(fc.uniqueArray(clone, { maxLength: 2, selector: ({ name }) => name }), {
      nil: undefined,
    }),
  })
  .map(
    ({
      hardware,
      hasImage,
      hasCloudInit,
      byName,
      cloudInit,
      state,
      start,
      template,
      replace,
      dataDisks,
      clones,
    }) => {
      const { disk_storage, vmid, ...rest } = hardware;
      return {
        ...(prefixedValues('vm_', rest) as Wanted),
        ...{ disk_storage, vm_node: PLACE, vm_image_disk: 'scsi0', vm_vmid_range: '200-201' },
        ...(byName ? {} : { vm_vmid: vmid }),
        ...{ cloud_image_cache_dir: '/var/lib/vz/template/iso', cloud_image_refresh: 'never' as const },
        ...{ cloud_image_verify_cache: 'record' as const, cloud_image_verify: 'unsigned' as const },
        ...{ cloud_image_reserve: '0', vm_cloud_image_force_download: false, ...RETRY },
        ...cloudInit,
        ...(hasImage && { vm_cloud_image_url: URL }),
        vm_cloud_init_enabled: hasCloudInit,
        ...{
          vm_state: state,
          vm_start_after_create: start,
          vm_wait_for: 'none' as const,
          vm_wait_timeout: 60,
        },
        power_state: state === 'stopped' ? ('stopped' as const) : ('started' as const),
        ...{ vm_replace: replace, vm_data_disks: dataDisks, vm_data_holder: 900 },
        ...{ vm_make_template: template, vm_create_clones: clones !== undefined, vm_clones: clones ?? [] },
        ...{ vm_clone_vmid_range: '310-319', vm_clone_errors: 'warn' as const, vm_clone_parallel: 2 },
        assumed: { memory: 2048, cores: 2 },
        power_assumed: state === 'present' ? { state: 'started' } : {},
      };
    },
  );

const prefixedValues = (prefix: string, values: object): object =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value as unknown]));

/** Most often the same is wanted again; else something else of it, or a whole other thing. */
export const anyRun: fc.Arbitrary<Run> = fc
  .record({
    wanted: anyWanted,
    other: anyWanted,
    changed: fc.constantFrom('nothing', 'nothing', 'one thing', 'all'),
    which: fc.nat(),
    hand: fc.oneof(fc.constant([]), fc.subarray([...HANDS], { maxLength: 2 })),
    image: fc.constantFrom(
      'known' as const,
      'known' as const,
      'known' as const,
      'long ago' as const,
      'missing' as const,
    ),
  })
  .map(({ wanted, other, changed, which, hand, image }) => ({
    wanted,
    hand,
    image,
    later: changed === 'nothing' ? wanted : changed === 'all' ? other : withOne(wanted, other, which),
  }));

function withOne(wanted: Wanted, other: Wanted, which: number): Wanted {
  const entries = Object.entries(other);
  const [name, value] = entries[which % entries.length] ?? ['', undefined];
  return { ...wanted, [name]: value };
}
