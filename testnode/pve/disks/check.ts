import type { Section } from '../config/sections.ts';
import { ParameterFailure } from '../runtime/failure.ts';
import type { ParsedVolume } from '../storage/backend.ts';
import { findStorage, readStorages } from '../storage/config.ts';
import { isVolumeId, parseVolumeId } from '../storage/volume-id.ts';
import { plainName } from '../storage/dir-names.ts';
import { assertHoldsImages, backendOf, listVolumes, storageFolders, volumePath } from '../storage/volumes.ts';
import {
  changeDrive,
  drivesOf,
  formatDrive,
  isEmptyDrive,
  newCloudInitStorage,
  newDiskRequest,
} from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';

/** Checks what can be known about drive wishes before anything is made; paths become the volumes they are. */
export function checkDrives(wishes: Section): Section {
  return new Map(drivesOf(wishes).map(drive => [drive.slot, formatDrive(checkDrive(drive))] as const));
}

/** Fails for a volume that is to be unused and cannot be one by its name. */
export function checkUnused(options: Section): void {
  for (const [name, volid] of options) if (/^unused\d+$/.test(name)) parseName(volid);
}

function checkDrive(wish: Drive): Drive {
  checkImport(wish);
  const drive = wish.file.startsWith('/') ? changeDrive(wish, { file: pathToVolume(wish) }) : wish;
  if (isEmptyDrive(drive) || newCloudInitStorage(drive) !== undefined) return drive;
  const request = newDiskRequest(drive);
  if (request) {
    findStorage(request.storage);
    assertHoldsImages(request.storage);
  } else if (isVolumeId(drive.file)) {
    const { content } = parseName(drive.file);
    if (content === 'iso' && drive.properties.get('media') !== 'cdrom')
      throw problemWith(drive, "explicit 'media=cdrom' is required for iso images");
    if (content !== 'iso' && content !== 'images')
      throw problemWith(drive, "content type needs to be 'images' or 'iso'");
  }
  return drive;
}

function checkImport(drive: Drive): void {
  const source = drive.properties.get('import-from');
  if (source === undefined) return;
  const request = newDiskRequest(drive);
  if (!request || request.gibibytes !== 0) {
    throw problemWith(
      drive,
      "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
    );
  }
  if (drive.slot.startsWith('efidisk')) {
    const missing = ['efitype', 'pre-enrolled-keys'].find(key => !drive.properties.has(key));
    if (missing !== undefined)
      throw problemWith(drive, `need to specify '${missing}' when using 'import-from'`);
  }
  if (source.startsWith('/')) return;
  const { content } = parseName(source);
  if (content !== 'images' && content !== 'import')
    throw problemWith(drive, `${source} has wrong type '${content}' - needs to be 'images' or 'import'`);
}

function parseName(volid: string): ParsedVolume {
  const { storage, name } = parseVolumeId(volid);
  return backendOf(findStorage(storage)).parse(name);
}

function pathToVolume(drive: Drive): string {
  const { file } = drive;
  if (file.startsWith('/dev/')) return file;
  for (const storage of readStorages().filter(({ options }) => options.has('path'))) {
    const disk = listVolumes(storage).find(({ name }) => volumePath(`${storage.id}:${name}`) === file);
    const name = disk?.name ?? plainName(storageFolders(storage), file);
    if (name !== undefined) return `${storage.id}:${name}`;
  }
  throw problemWith(drive, `unable to associate path '${file}' to any storage`);
}

function problemWith(drive: Drive, problem: string): ParameterFailure {
  return new ParameterFailure([{ parameter: drive.slot, problem }]);
}
