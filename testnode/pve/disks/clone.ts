import { print } from '../runtime/output.ts';
import { isVersion9 } from '../runtime/settings.ts';
import type { ImageFormat, ImageInfo } from '../storage/backend.ts';
import { findStorage } from '../storage/config.ts';
import { parseVolumeId } from '../storage/volume-id.ts';
import {
  allocateVolume,
  backendOf,
  cloneVolume,
  fillVolume,
  inspectVolume,
  volumePath,
} from '../storage/volumes.ts';
import { changeDrive, isCdrom, isCloudInitDrive } from '../config/drive.ts';
import { sizeOfFirmwareDisk } from './firmware.ts';
import type { Drive } from '../config/drive.ts';
import { supportedFormat } from './image-format.ts';
import { formatSize } from '../storage/size.ts';

/** What a clone is to be. */
export interface CloneTarget {
  readonly vmid: number;
  readonly isFull: boolean;
  readonly storage: string | undefined;
  readonly format: string | undefined;
  /** Limit of the copy; without one the cluster's. */
  readonly kibPerSecond?: number;
}

/** True for drives whose volume a clone needs one of its own for, and that may be linked. */
export function needsVolume(drive: Drive): boolean {
  return !isCdrom(drive) && !isCopiedAlways(drive);
}

/** True when a linked clone of the drive is possible: its volume is a base image. */
export function isLinkable({ file }: Drive): boolean {
  const { storage, name } = parseVolumeId(file);
  return backendOf(findStorage(storage)).parse(name).isBase;
}

/** Makes the clone's own volume for a drive; a CD stays what it is. */
export async function cloneDrive(drive: Drive, target: CloneTarget, volumes: string[]): Promise<Drive> {
  if (isCdrom(drive) && !isCloudInitDrive(drive)) return drive;
  const isLinked = !target.isFull && !isCopiedAlways(drive);
  const volid = isLinked ? await link(drive, target.vmid) : await copyVolume(drive, target, volumes);
  if (isLinked) volumes.push(volid);
  // An unused volume is noted without its size.
  const size = drive.slot.startsWith('unused') ? undefined : formatSize(inspectVolume(volid).size);
  return changeDrive(drive, { file: volid, format: undefined, size });
}

// The TPM's state and the cloud-init drive belong to one VM alone.
function isCopiedAlways(drive: Drive): boolean {
  return isCloudInitDrive(drive) || drive.slot.startsWith('tpmstate');
}

async function link(drive: Drive, vmid: number): Promise<string> {
  print(`create linked clone of drive ${drive.slot} (${drive.file})`);
  return cloneVolume(drive.file, vmid);
}

async function copyVolume(drive: Drive, target: CloneTarget, volumes: string[]): Promise<string> {
  print(`create full clone of drive ${drive.slot} (${drive.file})`);
  const stored = inspectVolume(drive.file);
  const source = { ...stored, size: sizeOfFirmwareDisk(drive) ?? stored.size };
  const volid = await allocateLike(drive, source, target);
  volumes.push(volid);
  if (isVersion9()) print(`allocated target volume '${volid}'`);
  if (!isCloudInitDrive(drive)) {
    const end = { path: volumePath(drive.file), format: source.format };
    await fillVolume(volid, end, source.size, target.kibPerSecond);
  }
  return volid;
}

function allocateLike(drive: Drive, source: ImageInfo, target: CloneTarget): Promise<string> {
  const storage = target.storage ?? parseVolumeId(drive.file).storage;
  const format = supportedFormat(storage, target.format ?? source.format);
  return allocateVolume({
    storage,
    vmid: target.vmid,
    format,
    bytes: source.size,
    ...(isCloudInitDrive(drive) ? { name: cloudInitName(storage, target.vmid, format) } : {}),
  });
}

/** Name of a VM's cloud-init volume; block storages have no endings. */
export function cloudInitName(storage: string, vmid: number, format: ImageFormat): string {
  const hasEndings = backendOf(findStorage(storage)).formats.length > 1;
  return `vm-${vmid}-cloudinit${hasEndings ? `.${format}` : ''}`;
}
