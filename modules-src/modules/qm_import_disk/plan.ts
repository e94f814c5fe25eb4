import { allowContent, contentFault } from '../../pve/text/storage-content.ts';
import { newDrive } from '../../pve/cloud-init/drive/slot.ts';
import { neededBytes, shownSpace } from '../../pve/images/disk-space.ts';
import { driveOptionsText, imageDiskWish, type ImageDiskWish } from '../../pve/settings/image-disk.ts';
import { isMedium } from '../../pve/settings/drives.ts';
import { driveText, type driveOptions } from '../../pve/settings/disk-options.ts';
import { changedDescription, isOfOurMaking, readMarker } from '../../pve/vms/marker.ts';
import { recoverySteps, remainsWarnings, waitStep } from '../../pve/vms/begun.ts';
import { planOwnVm, type FoundVm, type Identity } from '../../pve/vms/ownership.ts';
import { parseProperties, renderProperties } from '../../pve/text/property-string.ts';
import { formatSize, parseSize } from '../../pve/text/size.ts';
import { isFileStorage, isUsable, type Storage } from '../../pve/text/storage-config.ts';
import { declaredValues, isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import { driveSize, driveVolume } from '../../pve/text/volume-id.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { optionName } from '../../sdk/option-name.ts';
import { UserError } from '../../sdk/error.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';
import type { ImageSource } from '../../sdk/image.ts';

export interface Wanted extends Identity, ValuesOf<typeof driveOptions> {
  readonly storage: string;
  readonly disk: string;
  /** Disks as they are declared; the entry of this one is about it. */
  readonly disks?: Readonly<Record<string, unknown>> | undefined;
  readonly format?: 'raw' | 'qcow2' | undefined;
  readonly size_increase?: string | undefined;
  readonly size?: string | undefined;
  readonly cloud_init_drive?: boolean | undefined;
  /** Boot order that the user declared: it stands, whether it has this disk or not. */
  readonly boot_order?: string | undefined;
}

export interface Observed extends ImageSource {
  readonly vm: FoundVm;
  readonly storage: Storage | undefined;
  /** Bytes free on the storage; undefined where nothing tells. */
  readonly free: number | undefined;
  readonly checkMode: boolean;
}

const entryOf = ({ disk, disks, storage }: Pick<Wanted, 'disk' | 'disks' | 'storage'>): ImageDiskWish =>
  imageDiskWish(disk, disks, storage);

/** Where the disk goes: its own entry knows better than the variable for all. */
export const storageOf = (wanted: Pick<Wanted, 'disk' | 'disks' | 'storage'>): string =>
  entryOf(wanted).storage ?? wanted.storage;

/** Import and grow a disk that is missing; grow one that is there; never anything that could cost data. */
export function planImport(wanted: Wanted, observed: Observed): readonly Lane[] {
  const purpose = `import a disk into VM ${wanted.vmid} (${wanted.name})`;
  return planOwnVm(wanted, observed.vm, purpose, config => {
    const { remains } = observed.vm;
    if (remains?.isBusy === true) return [[waitStep(wanted, remains)]];
    const recovery = recoverySteps(wanted, remains);
    const [lane = [], ...others] = diskLanes(wanted, observed, config);
    return [[...recovery, ...lane], ...others].filter(steps => steps.length > 0);
  });
}

function diskLanes(wanted: Wanted, observed: Observed, config: VmConfig): Lane[] {
  if (!config.has(wanted.disk))
    return isAnothersMachine(wanted, config) ? [] : [importSteps(wanted, observed, config)];
  const target = targetSize(wanted, config, undefined);
  const current = driveSize(config.get(wanted.disk) ?? '');
  const grows = target !== undefined && current !== undefined && current < target;
  if (grows && isTemplate(config)) throw templateError(wanted, current, target);
  return [
    [
      ...(grows ? [grow(wanted, current, target)] : []),
      ...renewPending(wanted, config, grows ? target : current),
    ],
  ].filter(lane => lane.length > 0);
}

/** A VM of somebody else's that has a disk to boot from: another one, booted in its place, is nobody's wish. */
const isAnothersMachine = ({ vmid }: Wanted, config: VmConfig): boolean =>
  !isOfOurMaking(config, vmid) && disksOf(config).length > 0;

const disksOf = (config: VmConfig): readonly string[] =>
  [...config].filter(([key, text]) => GUEST_DISK.test(key) && !isMedium(text)).map(([key]) => key);

const GUEST_DISK = /^(?:ide|sata|scsi|virtio)\d+$/;

/**
 * Options of the disk that wait for the next start hold the size that it had when they were set (qemu-server 9.2), and
 * that start would bring it back into the configuration. Set again, they get the size that the volume has.
 */
function renewPending({ disk, vmid }: Wanted, config: VmConfig, size: number | undefined): Step[] {
  const waiting = config.pending.get(disk);
  if (waiting === undefined || size === undefined) return [];
  const drive = parseProperties(waiting, 'file');
  const isOther = drive.get('file') !== parseProperties(config.get(disk) ?? '', 'file').get('file');
  if (isOther || parseSize(drive.get('size') ?? '') === size) return [];
  return [
    {
      summary: `keep ${formatSize(size)} for ${disk} in what waits for the next start`,
      action: qm('set', vmid, {
        [disk]: renderProperties(new Map([...drive, ['size', formatSize(size)]]), 'file'),
      }),
    },
  ];
}

function importSteps(wanted: Wanted, observed: Observed, config: VmConfig): Step[] {
  refuseEntry(wanted);
  const storage = usableStorage(wanted, observed);
  if (isTemplate(config)) {
    throw new UserError(
      `cannot import a disk into VM ${wanted.vmid} (${wanted.name}): it is a template without ${wanted.disk}; ` +
        'choose another VMID for the new template',
    );
  }
  refuseComma(observed.path);
  const { image } = observed;
  if (image === undefined && !observed.checkMode) {
    throw new UserError(
      `cannot import ${observed.path}: there is no such file; fetch it first, for example with --tags image`,
    );
  }
  const target = targetSize(wanted, config, image?.virtualSize);
  if (image !== undefined) requireSpace(storage, observed, image, target);
  const step = importStep(wanted, observed, config, storage, target);
  if (image === undefined)
    return [{ ...step, changes: [...(step.changes ?? []), sizeToCome(wanted, target)] }];
  if (target === undefined || target <= image.virtualSize) return [step];
  return [step, grow(wanted, image.virtualSize, target)];
}

/** In check mode nobody has measured an image that is still to be fetched. */
const sizeToCome = ({ disk, size_increase: increase }: Wanted, target: number | undefined): Change => ({
  key: `${disk} size`,
  before: undefined,
  after: target === undefined ? `that of the image ${increase ?? ''}`.trim() : formatSize(target),
});

/** Before anything is written: a storage that is full hurts every guest on it. */
function requireSpace(
  storage: Storage,
  { path, free }: Observed,
  { identity, virtualSize }: NonNullable<Observed['image']>,
  target: number | undefined,
): void {
  const size = Math.max(virtualSize, target ?? 0);
  const needed = neededBytes(storage, { bytes: identity.size }, size);
  if (free === undefined || free >= needed) return;
  throw new UserError(
    `cannot import ${path} into ${storage.id}: the disk needs ${shownSpace(needed)}, and the storage has ` +
      `${shownSpace(free)} free; free some space there, or choose another storage`,
  );
}

function refuseEntry(wanted: Wanted): void {
  const { fault } = entryOf(wanted);
  if (fault === undefined) return;
  throw new UserError(
    `cannot import a disk into VM ${wanted.vmid} (${wanted.name}): ${wanted.disk} in ${optionName('disks')} ${fault}; ` +
      'write it like local-lvm:32,discard=on, or choose another slot',
  );
}

/** Nothing in a property string can be quoted. */
function refuseComma(path: string): void {
  if (!path.includes(',')) return;
  throw new UserError(
    `cannot import ${path}: its name has a comma, which Proxmox VE takes for the end of the name; rename the file`,
  );
}

function importStep(
  wanted: Wanted,
  { path, digest, image }: Observed,
  config: VmConfig,
  storage: Storage,
  target?: number,
): Step {
  const { disk, vmid } = wanted;
  const entry = entryOf(wanted);
  const format = entry.format ?? wanted.format;
  const properties = [
    `${storage.id}:0`,
    `import-from=${path}`,
    ...(isFileStorage(storage) && format !== undefined ? [`format=${format}`] : []),
    ...[driveOptionsText(driveText(wanted), entry)].filter(text => text !== ''),
  ];
  const marker = {
    disks: {
      ...readMarker(config.get('description'), vmid)?.disks,
      [disk]: Math.max(target ?? 0, image?.virtualSize ?? 0),
    },
    ...(!isOfOurMaking(config, vmid) && { adopted: true as const }),
    image: path.split('/').at(-1) ?? path,
    ...(digest !== undefined && { digest }),
    ...(target !== undefined && { diskSize: target }),
  };
  const boot = bootChange(wanted, config);
  const drive =
    wanted.cloud_init_drive === true
      ? newDrive(storage.id, new Map([...declaredValues(config), [disk, '']]))
      : [];
  const set = qm('set', vmid, {
    [disk]: properties.join(','),
    boot: boot[0]?.after,
    ...Object.fromEntries(drive.map(({ key, after }) => [key, after])),
    description: changedDescription(config, vmid, { marker }),
  });
  return {
    summary: `import ${path} into ${storage.id} as ${disk}`,
    action:
      image === undefined ? set : { ...set, kind: 'import-image', image: { path, identity: image.identity } },
    changes: [{ key: disk, before: undefined, after: properties.join(',') }, ...boot, ...drive],
  };
}

/** A boot order that was declared stands, and one that has the disk was made for it; any other would not boot it. */
function bootChange({ disk, boot_order: declared }: Wanted, config: VmConfig): Change[] {
  const before = config.get('boot');
  if (declared !== undefined) return [];
  const order =
    parseProperties(before ?? '', 'legacy')
      .get('order')
      ?.split(';') ?? [];
  return order.includes(disk) ? [] : [{ key: 'boot', before, after: `order=${disk}` }];
}

function grow({ vmid, disk }: Wanted, current: number, target: number): Step {
  return {
    summary: `grow ${disk} from ${formatSize(current)} to ${formatSize(target)}`,
    action: qm('resize', vmid, { disk, size: formatSize(target) }),
    changes: [{ key: `${disk} size`, before: formatSize(current), after: formatSize(target) }],
  };
}

/** An absolute size in bytes: that of the variable, else that of the disk's entry. */
const declaredSize = (wanted: Wanted): number | undefined =>
  wanted.size === undefined ? entryOf(wanted).size : parseSize(wanted.size);

/**
 * Bytes the disk is to have: the absolute size if one is wanted; else what was noted when it was imported; else the
 * image and its increase. An increase counts once, so without a note nothing is known of an older disk.
 */
function targetSize(wanted: Wanted, config: VmConfig, imageSize: number | undefined): number | undefined {
  const declared = declaredSize(wanted);
  if (declared !== undefined) return declared;
  if (imageSize === undefined) return readMarker(config.get('description'), wanted.vmid)?.diskSize;
  const increase = parseSize(wanted.size_increase ?? '0') ?? 0;
  return imageSize + increase;
}

function usableStorage(wanted: Wanted, { storage, vm }: Observed): Storage {
  const [id, { vmid }] = [storageOf(wanted), wanted];
  const why = storageProblem(storage, vm.localNode);
  if (storage !== undefined && why === undefined) return storage;
  throw new UserError(`cannot import a disk of VM ${vmid} into storage "${id}": ${why ?? ''}`);
}

function storageProblem(storage: Storage | undefined, node: string): string | undefined {
  if (storage === undefined) return 'there is no such storage; `pvesm status` lists them';
  if (!isUsable(storage, node)) return `it is disabled or not for node ${node}; see \`pvesm status\``;
  const fault = contentFault(storage, 'images');
  return fault === undefined ? undefined : `it ${fault}; ${allowContent(storage, 'images')}`;
}

function templateError({ vmid, name, disk }: Wanted, current: number, target: number): UserError {
  return new UserError(
    `cannot grow ${disk} of VM ${vmid} (${name}) from ${formatSize(current)} to ${formatSize(target)}: it is a template; ` +
      'give the size to its clones (disk_size), or make a new template under another VMID',
  );
}

/** A disk that is larger than wanted stays: shrinking would cost data. */
export function importNotices(wanted: Wanted, { vm }: Observed): Notices {
  const warnings = [
    ...remainsWarnings(wanted, vm.remains),
    ...sizeWarnings(wanted, vm),
    ...otherDiskWarnings(wanted, vm),
  ];
  return warnings.length === 0 ? {} : { warnings };
}

function sizeWarnings(wanted: Wanted, { record }: Observed['vm']): readonly string[] {
  const size = declaredSize(wanted);
  const current = record === undefined ? undefined : driveSize(record.config.get(wanted.disk) ?? '');
  if (size === undefined || current === undefined || current <= size) return [];
  return [
    `${wanted.disk} of VM ${wanted.vmid} has ${formatSize(current)}, more than the wanted ${formatSize(size)}: a disk is never shrunk`,
  ];
}

/** A disk that the image did not become: whatever vouches for the image says nothing of it. */
function otherDiskWarnings(wanted: Wanted, { record, assumed }: Observed['vm']): readonly string[] {
  if (record === undefined || assumed || cameFromImage(wanted, record.config)) return [];
  const { disk, name, vmid } = wanted;
  const found = record.config.has(disk) ? [disk] : disksOf(record.config);
  if (found.length === 0) return [];
  return [
    `${found.join(', ')} of VM ${vmid} (${name}) ${found.length === 1 ? 'is' : 'are'} not the image, for this role imported none: ` +
      'nothing vouches for what the VM boots, and it stays as it is; choose another VMID for a VM of the image',
  ];
}

const cameFromImage = ({ vmid, disk }: Wanted, config: VmConfig): boolean =>
  config.has(disk) && readMarker(config.get('description'), vmid)?.image !== undefined;

export function importReport(wanted: Wanted, { vm }: Observed): Readonly<Record<string, unknown>> {
  const { disk } = wanted;
  const drive = vm.record?.config.get(disk);
  if (vm.record === undefined || drive === undefined) {
    const isOther = vm.record !== undefined && isAnothersMachine(wanted, vm.record.config);
    return { disk, ...(isOther && { is_image: false }) };
  }
  const volume = driveVolume(drive);
  return {
    disk,
    volume: volume && `${volume.storage}:${volume.name}`,
    size: parseProperties(drive, 'file').get('size'),
    is_image: cameFromImage(wanted, vm.record.config),
  };
}
