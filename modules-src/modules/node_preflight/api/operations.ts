import { addressText, cloudInitChanges, deviceAddress } from '../../../pve/cloud-init/changes.ts';
import { HOLDER_NAME } from '../../../pve/data-disks/holder.ts';
import { driveStorage } from '../../../pve/cloud-init/drive/own.ts';
import { newDrive } from '../../../pve/cloud-init/drive/slot.ts';
import {
  differences,
  settingProperties,
  wantedSettings,
  type Settings,
} from '../../../pve/settings/differences.ts';
import { clonedConfig } from '../../../pve/settings/privileges.ts';
import { isolation } from '../../../pve/vms/generations/isolation.ts';
import { driveKeys, isTemplate, parseVmConfig, type VmConfig } from '../../../pve/text/vm-config.ts';
import { isStorageName } from '../../../pve/images/folder.ts';
import type { Storage } from '../../../pve/text/storage-config.ts';
import { UserError } from '../../../sdk/error.ts';
import { withoutPrefix } from '../../../sdk/from-role.ts';
import { qm, type QmAction, type QmProperties } from '../../../sdk/step.ts';
import type { Clone, Wanted } from '../params.ts';
import {
  hasDataDisks,
  isReplacing,
  imageDisk,
  imageDiskStorage,
  isRotating,
  isTesting,
  wantedClones,
  wantsCloudInit,
  wantsImage,
} from '../wishes.ts';
import type { World } from '../world.ts';

/** Something that a run may have to do, and what the VM, or the source of a clone, has. */
export interface Operation {
  readonly action: QmAction;
  readonly config: ReadonlyMap<string, string>;
}

/** What is there already. */
export interface Found {
  /** Configuration of a VM of ours by its VMID; undefined: it is still to be made. */
  readonly configOf: (vmid: number) => VmConfig | undefined;
  /** Storage of the image that is to be imported. */
  readonly imageStorage: string;
  /** Storage of cloud-init drives of our own. */
  readonly driveStorage: string;
}

/** What a world shows; where it shows no node, all is still to be made. */
export function foundIn(wanted: Wanted, { node }: Pick<World, 'node'>): Found {
  const names = new Map(wantedClones(wanted).map(({ vmid, name }) => [vmid, name]));
  names.set(wanted.vm_data_holder, HOLDER_NAME);
  return {
    configOf: vmid => {
      const record = node?.records.get(vmid);
      const name = vmid === wanted.vm_vmid ? wanted.vm_name : names.get(vmid);
      return record?.kind === 'qemu' && record.config.get('name') === name ? record.config : undefined;
    },
    imageStorage: imageStorage(wanted, node?.storages ?? []),
    driveStorage: storageOfDrives(wanted, node?.storages ?? []),
  };
}

/** Where images are kept: the storage that is named, else the first one for images to import. */
function imageStorage({ cloud_image_cache_dir: place }: Wanted, storages: readonly Storage[]): string {
  if (place !== undefined && isStorageName(place)) return place;
  return storages.find(({ content }) => content.includes('import'))?.id ?? 'local';
}

/** Of any node: which one the VM is on is not known to whoever has not looked. */
const storageOfDrives = (
  { vm_cloud_init_snippets_storage: named }: Wanted,
  storages: readonly Storage[],
): string => driveStorage(storages, undefined, named)?.id ?? named ?? 'local';

/** Stands for a VMID that is chosen later. */
export const ANY_VM = 0;

/** Everything that the variables may make a run do, in the order of the stages. */
export function operationsOf(wanted: Wanted, found: Found): Operation[] {
  const vmid = isRotating(wanted) ? ANY_VM : (wanted.vm_vmid ?? ANY_VM);
  const config = found.configOf(vmid);
  if (wanted.vm_state === 'absent')
    return config === undefined && vmid !== ANY_VM ? [] : removal(wanted, vmid);
  const settings = settingsOf(wanted, vmid);
  const made = config ?? new Map([...settings, ...imageDrive(wanted)]);
  const isDone = config !== undefined && isTemplate(config);
  return [
    ...(config === undefined
      ? creation(wanted, vmid, settings, found)
      : changes(wanted, vmid, settings, config)),
    ...(isDone ? [] : grow(wanted, vmid, made)),
    ...dataDiskOperations(wanted, vmid, made, found),
    ...replacement(wanted, vmid, made, found),
    ...(wanted.vm_make_template === true
      ? isDone
        ? []
        : [{ action: qm('template', vmid), config: made }]
      : []),
    ...(isRotating(wanted) ? rotation() : []),
    ...(isTesting(wanted) ? trial(wanted, made) : []),
    ...(starts(wanted) ? [{ action: qm('start', vmid), config: made }] : []),
    ...wantedClones(wanted).flatMap(clone =>
      cloneOperations(clone, { vmid, disk: imageDisk(wanted), made }, found),
    ),
  ];
}

const operation = (action: QmAction, config: Operation['config'] = new Map()): Operation => ({
  action,
  config,
});

const removal = (wanted: Wanted, vmid: number): Operation[] => [
  ...(hasDataDisks(wanted)
    ? [operation(qm('set', vmid, { delete: Object.keys(wanted.vm_data_disks ?? {}) }))]
    : []),
  operation(qm('shutdown', vmid)),
  operation(qm('destroy', vmid)),
];

/** The name moves, and the oldest generations go. */
const rotation = (): Operation[] => [
  operation(qm('set', ANY_VM, { name: '' })),
  operation(qm('destroy', ANY_VM)),
];

/** A generation is tested in a clone of it that has other networks, and goes again. */
const trial = (wanted: Wanted, made: Operation['config']): Operation[] => [
  operation(qm('clone', ANY_VM, { newid: ANY_VM, name: '', description: '', pool: wanted.vm_pool }), made),
  operation(
    qm('set', ANY_VM, {
      ...isolation(made, wanted.vm_template_test_bridge),
      ipconfig0: '',
      description: '',
    }),
    made,
  ),
  operation(qm('start', ANY_VM), made),
  operation(qm('destroy', ANY_VM), made),
];

const starts = (wanted: Wanted): boolean =>
  wanted.vm_make_template !== true &&
  wanted.vm_create_clones !== true &&
  (wanted.vm_state !== 'present' || wanted.vm_start_after_create !== false);

/** What is malformed is told by other checks, and asks for nothing. */
function settingsOf(wanted: Wanted, vmid: number): Settings {
  const wishes = {
    ...withoutPrefix('vm_', wanted),
    vmid,
    disk_storage: wanted.disk_storage ?? 'local-lvm',
    image_disk: wantsImage(wanted) ? imageDisk(wanted) : undefined,
  };
  return orNothing(() => wantedSettings(wishes), new Map());
}

function orNothing<T>(work: () => T, nothing: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) return nothing;
    throw error;
  }
}

const imageDrive = (wanted: Wanted): readonly (readonly [string, string])[] =>
  wantsImage(wanted) ? [[imageDisk(wanted), `${imageDiskStorage(wanted) ?? 'local-lvm'}:0`]] : [];

function creation(wanted: Wanted, vmid: number, settings: Settings, { imageStorage }: Found): Operation[] {
  const set = [...settings].filter(([, value]) => value !== '');
  const boots = driveKeys(settings).length > 0;
  const create = qm('create', vmid, {
    name: wanted.vm_name ?? '',
    description: '',
    ...(boots && { boot: '' }),
    ...Object.fromEntries(set),
    ...cloudInitOf(wanted, parseVmConfig('')),
    ...(wanted.vm_pool !== undefined && { pool: wanted.vm_pool }),
  });
  return [operation(create), ...importOf(wanted, vmid, imageStorage)];
}

/** The import, with the cloud-init drive, and a disk that grows over its image. */
function importOf(wanted: Wanted, vmid: number, imageStorage: string): Operation[] {
  if (!wantsImage(wanted)) return [];
  const [disk, storage] = [imageDisk(wanted), imageDiskStorage(wanted) ?? 'local-lvm'];
  const [drive] = wantsCloudInit(wanted) ? newDrive(storage, new Map([[disk, '']])) : [];
  const set = qm('set', vmid, {
    [disk]: `${storage}:0,import-from=${imageStorage}:import/image.qcow2`,
    boot: `order=${disk}`,
    description: '',
    ...(drive !== undefined && { [drive.key]: drive.after }),
  });
  return [operation(set)];
}

/** A new disk takes the place of the old one, which is removed when the guest has given its sign, or comes back. */
function replacement(
  wanted: Wanted,
  vmid: number,
  made: Operation['config'],
  { imageStorage }: Found,
): Operation[] {
  if (!wantsImage(wanted) || !isReplacing(wanted)) return [];
  const [disk, storage] = [imageDisk(wanted), imageDiskStorage(wanted) ?? 'local-lvm'];
  const old = made.get(disk) ?? '';
  const efi = made.get('efidisk0');
  return [
    operation(qm('shutdown', vmid)),
    operation(
      qm('set', vmid, {
        [disk]: `${storage}:0,import-from=${imageStorage}:import/image.qcow2`,
        ...(efi !== undefined && { efidisk0: efi.replace(/:[^,]*/, ':1') }),
        description: '',
      }),
      made,
    ),
    operation(qm('start', vmid), made),
    operation(qm('set', vmid, { delete: ['unused0'] }), new Map([['unused0', old]])),
  ];
}

const grow = (wanted: Wanted, vmid: number, made: Operation['config']): Operation[] =>
  wantsImage(wanted) ? [operation(qm('resize', vmid, { disk: imageDisk(wanted) }), made)] : [];

/** What a VM lacks is attached, and made with its holder where there is none; who made it before is not asked. */
function dataDiskOperations(
  {
    vm_data_disks: disks = {},
    vm_data_holder: holder = ANY_VM,
    disk_storage: fallback = 'local-lvm',
  }: Wanted,
  vmid: number,
  made: Operation['config'],
  { configOf }: Found,
): Operation[] {
  const all = Object.entries(disks).map(
    ([slot, { storage = fallback }]) => [slot, `${storage}:vm-${holder}-x`] as const,
  );
  if (all.length === 0) return [];
  const lacking = all.filter(([slot]) => !made.has(slot));
  return [
    ...(configOf(holder) === undefined
      ? [operation(qm('create', holder, { name: '', protection: true }))]
      : []),
    ...(lacking.length === 0 ? [] : [operation(qm('set', vmid, Object.fromEntries(lacking)))]),
    ...all.map(([slot]) => operation(qm('resize', vmid, { disk: slot }), new Map(all))),
  ];
}

/** Of a VM that is there, what differs. */
function changes(wanted: Wanted, vmid: number, settings: Settings, config: VmConfig): Operation[] {
  const properties = {
    ...settingProperties(differences(settings, config, vmid).changes),
    ...cloudInitOf(wanted, config),
  };
  const isSame = Object.keys(properties).length === 0;
  return isSame ? [] : [operation(qm('set', vmid, properties), config)];
}

/** A password tells by its hash alone whether it is another one; a VM that is there is taken to have it. */
function cloudInitOf(wanted: Wanted, config: VmConfig): QmProperties {
  if (!wantsCloudInit(wanted)) return {};
  const own = withoutPrefix('vm_cloud_init_', wanted);
  const first = addressText(own);
  const others = Object.entries(own.networks ?? {}).map(
    ([net, value]) => [net, deviceAddress(value)] as const,
  );
  const wishes = {
    type: own.type,
    user: own.user,
    passwordHash: config.size === 0 ? own.password : undefined,
    keys: own.ssh_keys,
    addresses: new Map([...(first === undefined ? [] : [['net0', first] as const]), ...others]),
    dns: own.dns?.join(' '),
    domain: own.domain?.join(' '),
    upgrade: own.upgrade,
    snippets: [],
  };
  return cloudInitChanges(wishes, config).properties;
}

/** What clones are made of. */
interface Source {
  readonly vmid: number;
  /** The disk that may grow. */
  readonly disk: string;
  readonly made: Operation['config'];
}

function cloneOperations(clone: Clone, source: Source, { configOf }: Found): Operation[] {
  const vmid = clone.vmid ?? ANY_VM;
  if (configOf(vmid) !== undefined) return [];
  const { storage, pool, full } = clone;
  const copy = qm('clone', source.vmid, {
    newid: vmid,
    name: clone.name,
    description: '',
    storage: full ? storage : undefined,
    pool,
  });
  const made = clonedConfig(source.made, copy.properties);
  return [operation(copy, source.made), ...cloneChanges(clone, vmid, { ...source, made })];
}

function cloneChanges(clone: Clone, vmid: number, { disk, made }: Source): Operation[] {
  const settings = orNothing(
    () => wantedSettings({ ...clone, vmid, disk_storage: '' }),
    new Map<string, string>(),
  );
  const cloudInit = {
    ...([clone.ip, clone.gw, clone.ip6, clone.gw6].some(part => part !== undefined) && { ipconfig0: '' }),
    ...(clone.addresses !== undefined && { ipconfig1: '' }),
    ...(clone.user !== undefined && { ciuser: clone.user }),
    ...(clone.ssh_keys !== undefined && { sshkeys: '' }),
    ...(clone.dns !== undefined && { nameserver: clone.dns }),
    ...(clone.domain !== undefined && { searchdomain: clone.domain }),
  };
  return [
    operation(qm('set', vmid, { ...Object.fromEntries(settings), ...cloudInit }), made),
    ...(clone.disk_size === undefined ? [] : [operation(qm('resize', vmid, { disk }), made)]),
    ...(clone.start ? [operation(qm('start', vmid), made)] : []),
  ];
}
