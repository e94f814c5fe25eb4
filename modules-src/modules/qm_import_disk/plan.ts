import { newDrive } from '../../pve/cloud-init/drive/slot.ts';
import {
  diskToMake,
  importAction,
  importMarker,
  sizeToCome,
  type DiskToMake,
  type FoundSource,
} from '../../pve/import/disk.ts';
import { declaredSize, targetSize, type ImportWish } from '../../pve/import/wish.ts';
import { isMedium } from '../../pve/settings/drives.ts';
import { growStep } from '../../pve/settings/growth.ts';
import { changedDescription, isOfOurMaking, readMarker } from '../../pve/vms/marker.ts';
import { recoverySteps, remainsWarnings, waitStep } from '../../pve/vms/begun.ts';
import { planOwnVm, type FoundVm } from '../../pve/vms/ownership.ts';
import { parseProperties, renderProperties } from '../../pve/text/property-string.ts';
import { formatSize, parseSize } from '../../pve/text/size.ts';
import { nextValues, isTemplate, type VmConfig } from '../../pve/text/vm-config.ts';
import { driveSize, driveVolume } from '../../pve/text/volume-id.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import { qm, type Change, type Lane, type Step } from '../../sdk/step.ts';

export interface Wanted extends ImportWish {
  readonly cloud_init_drive?: boolean | undefined;
  /** Boot order that the user declared: it stands, whether it has this disk or not. */
  readonly boot_order?: string | undefined;
}

export interface Observed extends FoundSource {
  readonly vm: FoundVm;
}

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
      ...(grows ? [growStep(wanted.vmid, { disk: wanted.disk, current, target })] : []),
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
  if (isTemplate(config)) {
    throw new UserError(
      `cannot import a disk into VM ${wanted.vmid} (${wanted.name}): it is a template without ${wanted.disk}; ` +
        'choose another VMID for the new template',
    );
  }
  const made = diskToMake(wanted, observed, observed.vm.localNode, config);
  const step = importStep(wanted, observed, config, made);
  const { image } = observed;
  if (image === undefined)
    return [{ ...step, changes: [...(step.changes ?? []), sizeToCome(wanted, made.target)] }];
  const { target } = made;
  if (target === undefined || target <= image.virtualSize) return [step];
  return [step, growStep(wanted.vmid, { disk: wanted.disk, current: image.virtualSize, target })];
}

function importStep(
  wanted: Wanted,
  observed: Observed,
  config: VmConfig,
  { text, storage, target }: DiskToMake,
): Step {
  const { disk, vmid } = wanted;
  const boot = bootChange(wanted, config);
  const drive =
    wanted.cloud_init_drive === true ? newDrive(storage, new Map([...nextValues(config), [disk, '']])) : [];
  const set = {
    [disk]: text,
    boot: boot[0]?.after,
    ...Object.fromEntries(drive.map(({ key, after }) => [key, after])),
    description: changedDescription(config, vmid, { marker: importMarker(wanted, observed, target, config) }),
  };
  return {
    summary: `import ${observed.path} into ${storage} as ${disk}`,
    action: importAction(vmid, set, observed),
    changes: [{ key: disk, before: undefined, after: text }, ...boot, ...drive],
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
