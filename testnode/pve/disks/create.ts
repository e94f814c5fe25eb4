import { statSync } from 'node:fs';
import type { Section } from '../config/sections.ts';
import { InterruptFailure, messageOf, PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import { isVolumeId } from '../storage/volume-id.ts';
import {
  allocateVolume,
  assertVolumeExists,
  freeVolume,
  fillVolume,
  inspectVolume,
  makeBaseVolume,
  volumeContent,
  volumeFormat,
  volumePath,
} from '../storage/volumes.ts';
import { assertTrustworthy } from '../images/verify.ts';
import { cloudInitName } from './clone.ts';
import {
  changeDrive,
  drivesOf,
  formatDrive,
  isCdrom,
  isCloudInitDrive,
  isEmptyDrive,
  newCloudInitStorage,
  newDiskRequest,
} from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { createEfiDisk, createTpmState, sizeOfFirmwareDisk } from './firmware.ts';
import { imageFormatFor, wantedFormat } from './image-format.ts';
import { driveNameOf, untrustedSource, volumeSource } from './import-source.ts';
import type { ImportSource } from './import-source.ts';
import { formatSize } from '../storage/size.ts';

const CLOUD_INIT_BYTES = 4 * 1024 * 1024;
const BYTES_PER_GIB = 1024 ** 3;
const SECTOR = 512;

/** The VM that gets the disks. */
export interface DiskOwner {
  readonly vmid: number;
  readonly isTemplate: boolean;
  /** Its configuration so far, to see a cloud-init drive that is attached already. */
  readonly attached: Section;
}

/** What became of the wishes: the drive options to store and the volumes made for them. */
export interface CreatedDisks {
  readonly drives: Section;
  readonly volumes: readonly string[];
}

/** Makes every disk that drive options ask for, in the order of their names; when one fails, none stays. */
export async function createDisks(owner: DiskOwner, wishes: Section): Promise<CreatedDisks> {
  const drives: Section = new Map();
  const volumes: string[] = [];
  try {
    for (const wish of drivesOf(wishes)) {
      const drive = await createDisk(owner, wish, volumes);
      drives.set(wish.slot, formatDrive(drive));
    }
  } catch (error) {
    if (error instanceof InterruptFailure && error.isLeft) throw error;
    for (const volid of volumes) await freeVolume(volid).catch(() => undefined);
    throw error;
  }
  return { drives, volumes };
}

async function createDisk(owner: DiskOwner, wish: Drive, volumes: string[]): Promise<Drive> {
  if (isEmptyDrive(wish)) return changeDrive(wish, { media: 'cdrom', size: undefined });
  if (newCloudInitStorage(wish) !== undefined) {
    return announce(await createCloudInitDisk(owner, wish, volumes));
  }
  if (newDiskRequest(wish)) {
    const source = wish.properties.get('import-from');
    const drive =
      source === undefined
        ? await createEmpty(owner, wish, volumes)
        : await importDisk(owner, wish, source, volumes);
    return announce(await baseIfTemplate(owner, drive, source, volumes));
  }
  return existingDisk(owner, wish);
}

function existingDisk({ attached }: DiskOwner, wish: Drive): Drive {
  if (!isVolumeId(wish.file)) return existingDevice(wish);
  assertFormat(wish);
  if (isCloudInitDrive(wish)) assertOneCloudInitDrive(attached, wish);
  assertVolumeExists(wish.file);
  return changeDrive(wish, { size: formatSize(inspectVolume(wish.file).size) });
}

function existingDevice(wish: Drive): Drive {
  if (!statSync(wish.file, { throwIfNoEntry: false })?.isBlockDevice())
    throw new PveFailure(`volume ${wish.file} does not exist`);
  return wish;
}

function assertFormat({ slot, file, properties }: Drive): void {
  const wanted = properties.get('format');
  const format = volumeFormat(file);
  if (wanted !== undefined && wanted !== format) {
    throw new PveFailure(
      `drive '${slot}' - volume '${file}' - 'format=${wanted}' option different from storage format '${format}'`,
    );
  }
}

function assertOneCloudInitDrive(attached: Section, { slot }: Drive): void {
  const other = drivesOf(attached).find(drive => isCloudInitDrive(drive) && drive.slot !== slot);
  if (other) throw new PveFailure(`${slot} - cloud-init drive is already attached at '${other.slot}'`);
}

async function createCloudInitDisk(
  { vmid, attached }: DiskOwner,
  wish: Drive,
  volumes: string[],
): Promise<Drive> {
  assertOneCloudInitDrive(attached, wish);
  const storage = newCloudInitStorage(wish) ?? '';
  const format = imageFormatFor(wish, 'qcow2');
  const name = cloudInitName(storage, vmid, format);
  const volid = await allocateVolume({ storage, vmid, format, bytes: CLOUD_INIT_BYTES, name });
  volumes.push(volid);
  return changeDrive(wish, { file: volid, media: 'cdrom', format: undefined, size: undefined });
}

async function createEmpty({ vmid }: DiskOwner, wish: Drive, volumes: string[]): Promise<Drive> {
  const drive = await createEmptyVolume(vmid, wish);
  volumes.push(drive.file);
  return drive;
}

async function createEmptyVolume(vmid: number, wish: Drive): Promise<Drive> {
  if (wish.slot.startsWith('efidisk')) return createEfiDisk(vmid, wish);
  if (wish.slot.startsWith('tpmstate')) return createTpmState(vmid, wish);
  const { storage, gibibytes } = newDiskRequest(wish) ?? { storage: '', gibibytes: 0 };
  // qemu-img rounds up to whole sectors.
  const bytes = Math.ceil((gibibytes * BYTES_PER_GIB) / SECTOR) * SECTOR;
  const file = await allocateVolume({ storage, vmid, format: wantedFormat(wish), bytes });
  return changeDrive(wish, { file, format: undefined, size: formatSize(bytes) });
}

async function importDisk(owner: DiskOwner, wish: Drive, from: string, volumes: string[]): Promise<Drive> {
  if (from.startsWith('/')) {
    const source = untrustedSource(from);
    return fill(wish, source, await allocateFor(owner.vmid, wish, source, undefined, volumes));
  }
  assertTrusted(from);
  try {
    return await importVolume(owner, wish, from, volumes);
  } catch (error) {
    throw new PveFailure(`cannot import from '${from}' - ${messageOf(error)}`);
  }
}

async function importVolume(
  { vmid }: DiskOwner,
  wish: Drive,
  from: string,
  volumes: string[],
): Promise<Drive> {
  const drive = driveNameOf(from);
  assertSameKind(wish.slot, drive);
  const found = volumeSource(from);
  const source = { ...found, size: sizeOfFirmwareDisk(wish) ?? found.size };
  print(`create full clone of drive ${drive === undefined ? '' : `${drive} `}(${from})`);
  const file = await allocateFor(vmid, wish, source, source.format, volumes);
  if (isVersion9()) print(`allocated target volume '${file}'`);
  return fill(wish, source, file);
}

function assertSameKind(slot: string, from: string | undefined): void {
  for (const [kind, name] of [
    ['efidisk0', 'EFI disk'],
    ['tpmstate0', 'TPM state'],
  ] as const) {
    if (from !== undefined && (slot === kind) !== (from === kind))
      throw new PveFailure(`cloning from/to ${name} requires ${name}`);
  }
}

// What somebody has put into the storage is looked at as closely as a file from anywhere.
function assertTrusted(volid: string): void {
  if (volumeContent(volid) !== 'import') return;
  inspectVolume(volid);
  assertTrustworthy(volumePath(volid), volid);
}

async function fill(wish: Drive, source: ImportSource, file: string): Promise<Drive> {
  await fillVolume(file, source, source.size);
  const size = formatSize(source.size);
  return changeDrive(wish, { file, format: undefined, 'import-from': undefined, size });
}

async function allocateFor(
  vmid: number,
  wish: Drive,
  source: ImportSource,
  preferred: string | undefined,
  volumes: string[],
): Promise<string> {
  const storage = newDiskRequest(wish)?.storage ?? '';
  const format = imageFormatFor(wish, preferred);
  const file = await allocateVolume({ storage, vmid, format, bytes: source.size });
  volumes.push(file);
  return file;
}

// A disk copied from a volume stays as it is: PVE forgets it here, and linked clones of it fail later.
async function baseIfTemplate(
  { isTemplate }: DiskOwner,
  drive: Drive,
  source: string | undefined,
  volumes: string[],
): Promise<Drive> {
  const isCopyOfVolume = source !== undefined && !source.startsWith('/');
  if (!isTemplate || isCopyOfVolume || isCdrom(drive)) return drive;
  const file = await makeBaseVolume(drive.file);
  volumes.splice(volumes.indexOf(drive.file), 1, file);
  return changeDrive(drive, { file });
}

function announce(drive: Drive): Drive {
  print(`${drive.slot}: successfully created disk '${formatDrive(drive)}'`);
  return drive;
}
