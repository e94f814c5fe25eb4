import type { Section, VmConfig } from '../config/sections.ts';
import { UNUSED_ENTRIES } from '../options/drive.ts';
import { PveFailure } from '../runtime/failure.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { findStorage } from '../storage/config.ts';
import { backendOf, freeVolume } from '../storage/volumes.ts';
import { drivesOf, isCdrom, isCloudInitDrive, parseDrive } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';

/** Takes a drive out of a configuration: its volume becomes `unusedN`, a cloud-init drive is destroyed. */
export async function detachDrive(
  vmid: number,
  config: VmConfig,
  slot: string,
  force = false,
): Promise<void> {
  const text = config.current.get(slot);
  if (text === undefined) return;
  config.current.delete(slot);
  const drive = parseDrive(slot, text);
  if (!force) return abandonDrive(vmid, config, drive);
  if (mayLeave(vmid, config, drive)) await freeVolume(drive.file);
}

/** Keeps the volume of a drive that is gone as `unusedN`; a cloud-init drive is destroyed. */
export async function abandonDrive(vmid: number, config: VmConfig, drive: Drive): Promise<void> {
  if (!mayLeave(vmid, config, drive)) return;
  if (isCloudInitDrive(drive)) await freeVolume(drive.file);
  else addUnused(config.current, drive.file);
}

function mayLeave(vmid: number, { current }: VmConfig, drive: Drive): boolean {
  if (isCloudInitDrive(drive)) return true;
  return !isCdrom(drive) && isOwnVolume(vmid, drive.file) && !isReferenced(current, drive.file);
}

/** Notes a volume under the lowest free `unusedN` and answers that name. */
export function addUnused(section: Section, volid: string): string {
  const known = UNUSED_ENTRIES.find(name => section.get(name) === volid);
  if (known !== undefined) return known;
  const free = UNUSED_ENTRIES.find(name => !section.has(name));
  if (free === undefined) throw new PveFailure('too many unused volumes - please delete them first');
  section.set(free, volid);
  return free;
}

/** Forgets the `unusedN` that names a volume which is in use again. */
export function dropUnused(section: Section, volid: string): void {
  for (const name of UNUSED_ENTRIES) if (section.get(name) === volid) section.delete(name);
}

/** True when some drive or unused entry names the volume. */
export function isReferenced(section: Section, volid: string): boolean {
  return (
    drivesOf(section).some(({ file }) => file === volid) ||
    UNUSED_ENTRIES.some(name => section.get(name) === volid)
  );
}

/** True when some snapshot holds the volume. */
export function isInSnapshot(snapshots: ReadonlyMap<string, Section>, volid: string): boolean {
  return [...snapshots.values()].some(snapshot => isReferenced(snapshot, volid));
}

/** True when the volume's name says that it belongs to the VM. */
export function isOwnVolume(vmid: number, volid: string): boolean {
  if (!isVolumeId(volid)) return false;
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).parse(name).vmid === vmid;
}
