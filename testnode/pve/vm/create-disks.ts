import type { Section } from '../config/vm-config.ts';
import { PveFailure } from '../runtime/failure.ts';
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
} from '../storage/volumes.ts';
import { cloudInitName } from './clone-drive.ts';
import {
  changeDrive,
  drivesOf,
  formatDrive,
  isCdrom,
  isCloudInitDrive,
  isEmptyDrive,
  newCloudInitStorage,
  newDiskRequest,
} from './drive.ts';
import type { Drive } from './drive.ts';
import { createEfiDisk, createTpmState } from './firmware.ts';
import { imageFormatFor, wantedFormat } from './image-format.ts';
import { driveNameOf, untrustedSource, volumeSource } from './import-source.ts';
import type { ImportSource } from './import-source.ts';
import { formatSize } from './size.ts';

const CLOUD_INIT_BYTES = 4 * 1024 * 1024;
const KIB_PER_GIB = 1024 * 1024;

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
  return existingDisk(wish);
}

function existingDisk(wish: Drive): Drive {
  if (!isVolumeId(wish.file)) return wish;
  assertVolumeExists(wish.file);
  return changeDrive(wish, { size: formatSize(inspectVolume(wish.file).size) });
}

async function createCloudInitDisk(
  { vmid, attached }: DiskOwner,
  wish: Drive,
  volumes: string[],
): Promise<Drive> {
  const other = drivesOf(attached).find(drive => isCloudInitDrive(drive) && drive.slot !== wish.slot);
  if (other) throw new PveFailure(`${wish.slot} - cloud-init drive is already attached at '${other.slot}'`);
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
  const bytes = Math.floor(gibibytes * KIB_PER_GIB) * 1024;
  const file = await allocateVolume({ storage, vmid, format: wantedFormat(wish), bytes });
  return changeDrive(wish, { file, format: undefined, size: formatSize(bytes) });
}

async function importDisk({ vmid }: DiskOwner, wish: Drive, from: string, volumes: string[]): Promise<Drive> {
  const isVolume = !from.startsWith('/');
  const source = isVolume ? volumeSource(from) : untrustedSource(from);
  if (isVolume) {
    const drive = driveNameOf(from);
    print(`create full clone of drive ${drive === undefined ? '' : `${drive} `}(${from})`);
  }
  const file = await allocateFor(vmid, wish, source, isVolume ? source.format : 'raw');
  volumes.push(file);
  if (isVolume && isVersion9()) print(`allocated target volume '${file}'`);
  await fillVolume(file, source, source.size);
  return changeDrive(wish, {
    file,
    format: undefined,
    'import-from': undefined,
    size: formatSize(source.size),
  });
}

function allocateFor(vmid: number, wish: Drive, source: ImportSource, preferred: string): Promise<string> {
  const storage = newDiskRequest(wish)?.storage ?? '';
  return allocateVolume({ storage, vmid, format: imageFormatFor(wish, preferred), bytes: source.size });
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
