import {
  diskToMake,
  importAction,
  importMarker,
  sizeToCome,
  type DiskToMake,
} from '../../pve/import/disk.ts';
import { targetSize } from '../../pve/import/wish.ts';
import { EFI_SLOT, noteDigest, type ReplacementNote } from '../../pve/vms/replacement-note.ts';
import { ORIGIN } from '../../pve/settings/drives.ts';
import { growStep } from '../../pve/settings/growth.ts';
import { parseProperties, renderProperties } from '../../pve/text/property-string.ts';
import { nextValues } from '../../pve/text/vm-config.ts';
import { driveSize, driveVolume } from '../../pve/text/volume-id.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { changedDescription, readMarker } from '../../pve/vms/marker.ts';
import { waitForGuest } from '../../pve/cloud-init/wait-for-guest.ts';
import { qm, type Change, type Step } from '../../sdk/step.ts';
import { labelOf, signOf, type Observed, type Wanted } from './wanted.ts';

/** Whatever of it fails, the old system is to come back. */
const attempt = (step: Step): Step => ({ ...step, isAttempt: true });

const grow = ({ vmid, disk }: Wanted, current: number, target: number): Step =>
  attempt(growStep(vmid, { disk, current, target }));

/** What is there, before any of it is touched: only this tells a later run what is to come back, or to go. */
export function noteOf(wanted: Wanted, { vmid, config }: VmRecord, running: boolean): ReplacementNote {
  const values = nextValues(config);
  const kept = [wanted.disk, EFI_SLOT].flatMap(slot => {
    const drive = values.get(slot);
    return drive === undefined || driveVolume(drive)?.vmid !== vmid ? [] : [[slot, drive] as const];
  });
  const { image, digest, diskSize, disks } = readMarker(config.get('description'), vmid) ?? {};
  return {
    drives: Object.fromEntries(kept),
    made: {
      ...(image !== undefined && { image }),
      ...(digest !== undefined && { digest }),
      ...(diskSize !== undefined && { diskSize }),
      ...(disks !== undefined && { disks }),
    },
    running,
  };
}

export const noteStep = (wanted: Wanted, { vmid, config }: VmRecord, replacing: ReplacementNote): Step => ({
  summary: `note the old disks of ${labelOf(wanted)}: ${Object.keys(replacing.drives).join(', ')}`,
  action: {
    ...qm('set', vmid, { description: changedDescription(config, vmid, { marker: { replacing } }) }),
    remembers: [noteDigest(replacing)],
  },
});

/** From the old disk in its slot to the new system, as far as its sign. */
export function swapSteps(
  wanted: Wanted,
  observed: Observed,
  record: VmRecord,
  note: ReplacementNote,
): Step[] {
  const { vm, image } = observed;
  const made = diskToMake(wanted, observed, vm.localNode, record.config);
  const size = image?.virtualSize;
  const grows = size !== undefined && made.target !== undefined && made.target > size;
  return [
    ...(vm.running ? [stopStep(wanted)] : []),
    swapStep(wanted, observed, record, made, note),
    ...(grows ? [grow(wanted, size, made.target)] : []),
    ...bootSteps(wanted, record),
  ];
}

/** From the new disk in its slot to its sign: it may be too small still, or wait for the VM to be started again. */
export function trySteps(wanted: Wanted, { vm }: Observed, record: VmRecord): Step[] {
  const { config } = record;
  const [size, target] = [
    driveSize(nextValues(config).get(wanted.disk) ?? ''),
    targetSize(wanted, config, undefined),
  ];
  const waits = vm.running && config.pending.has(wanted.disk);
  const grows = size !== undefined && target !== undefined && size < target && !waits;
  return [
    ...(waits ? [stopStep(wanted)] : []),
    ...(grows ? [grow(wanted, size, target)] : []),
    ...(vm.running && !waits ? [waitStep(wanted, record)] : bootSteps(wanted, record)),
  ];
}

const stopStep = (wanted: Wanted): Step =>
  attempt({
    summary: `stop ${labelOf(wanted)} for its new disk`,
    action: qm('shutdown', wanted.vmid, { timeout: wanted.timeout, forceStop: true }),
  });

const bootSteps = (wanted: Wanted, record: VmRecord): Step[] => [
  attempt({ summary: `start ${labelOf(wanted)} from its new disk`, action: qm('start', wanted.vmid) }),
  waitStep(wanted, record),
];

const waitStep = (wanted: Wanted, { config }: VmRecord): Step =>
  attempt(waitForGuest({ ...wanted, wait_for: signOf(wanted) }, config, labelOf(wanted)));

/** One call: Proxmox VE makes the new disks, puts them into the slots, and keeps the old ones as `unusedN`. */
function swapStep(
  wanted: Wanted,
  observed: Observed,
  { vmid, config }: VmRecord,
  { text, storage, target }: DiskToMake,
  note: ReplacementNote,
): Step {
  const { disk } = wanted;
  const old = note.drives[disk] ?? '';
  const efi = note.drives[EFI_SLOT];
  const drives = {
    [disk]: withOldOptions(text, old),
    ...(efi !== undefined && { [EFI_SLOT]: newEfiDisk(efi) }),
  };
  const marker = { ...importMarker(wanted, observed, target, config), replacing: note };
  const changes = Object.entries(drives).map(([key, after]): Change => ({
    key,
    before: note.drives[key],
    after,
  }));
  const set = { ...drives, description: changedDescription(config, vmid, { marker }) };
  return attempt({
    summary: `import ${observed.path} into ${storage} as the new ${disk} of ${labelOf(wanted)}`,
    action: importAction(vmid, set, observed),
    changes: [...changes, ...(observed.image === undefined ? [sizeToCome(wanted, target)] : [])],
  });
}

/** What nobody has declared of a drive stays as it is. */
function withOldOptions(text: string, old: string): string {
  const told = parseProperties(text, 'file');
  const kept = [...parseProperties(old, 'file')].filter(([name]) => !ORIGIN.has(name) && !told.has(name));
  return renderProperties(new Map([...told, ...kept]), 'file');
}

/** An EFI disk of the same kind, whose boot entries are nobody's yet; Proxmox VE knows its size. */
function newEfiDisk(old: string): string {
  const properties = [...parseProperties(old, 'file')].filter(([name]) => !ORIGIN.has(name));
  const volume = driveVolume(old);
  const format = /\.(qcow2|vmdk|raw)$/.exec(volume?.file ?? '')?.[1];
  const kept = [...(format === undefined ? [] : [['format', format] as const]), ...properties];
  return renderProperties(new Map([['file', `${volume?.storage ?? ''}:1`], ...kept]), 'file');
}
