import type { Change } from '../../../sdk/step.ts';
import { isWindows } from '../../text/ostype.ts';
import { attachedDrive } from '../../text/cloud-init-volumes.ts';
import { cloudInitDriveKey, driveKeys } from '../../text/vm-config.ts';

/** Slots from the last to the first: people count up from the other end. */
const slots = (bus: string, last: number): readonly string[] =>
  Array.from({ length: last + 1 }, (_, index) => `${bus}${last - index}`);

/**
 * SCSI for Linux: Debian's cloud kernel has no AHCI driver, so on machine q35 it sees no drive on SATA or IDE, and machine
 * `virt` has no IDE at all. SATA for Windows, which has no driver for virtio's SCSI of its own.
 */
const LINUX_SLOTS = slots('scsi', 30);
const WINDOWS_SLOTS = slots('sata', 5);

/** Where a cloud-init drive goes: in the place of the one that is there, else to the far end of its bus, where nobody puts a disk. */
export const driveSlot = (found: ReadonlyMap<string, string>): string =>
  cloudInitDriveKey(found) ?? attachedDrive(found)?.slot ?? freeDriveSlot(found);

export function freeDriveSlot(found: ReadonlyMap<string, string>): string {
  const taken = new Set(driveKeys(found));
  const candidates = isWindows(found.get('ostype')) ? WINDOWS_SLOTS : LINUX_SLOTS;
  return candidates.find(slot => !taken.has(slot)) ?? 'ide2';
}

/** PVE's drive for a VM that has none; one that it has stays where it is. */
export function newDrive(storage: string, found: ReadonlyMap<string, string>): Change[] {
  if (cloudInitDriveKey(found) !== undefined) return [];
  const slot = driveSlot(found);
  return [{ key: slot, before: found.get(slot), after: `${storage}:cloudinit` }];
}
