import { existsSync, writeFileSync } from 'node:fs';
import { PveFailure } from '../runtime/failure.ts';
import { print } from '../runtime/output.ts';
import { allocateVolume, fillVolume, inspectVolume } from '../storage/volumes.ts';
import { changeDrive, newDiskRequest } from '../config/drive.ts';
import type { Drive } from '../config/drive.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { NEW_KEYS } from './efi-keys.ts';
import { imageFormatFor } from './image-format.ts';
import { formatSize } from '../storage/size.ts';

const PVE_FIRMWARE = '/usr/share/pve-edk2-firmware/';
const DEBIAN_FIRMWARE = '/usr/share/OVMF';
/** Of the package python3-virt-firmware. */
const KEY_READER = '/usr/bin/virt-fw-vars';
const TPM_BYTES = 4 * 1024 * 1024;

interface Template {
  readonly file: string;
  readonly bytes: number;
}

/** Creates the disk that keeps the EFI variables, filled from the firmware's template. The size wished for is ignored. */
export async function createEfiDisk(vmid: number, drive: Drive): Promise<Drive> {
  const template = varsTemplate(drive);
  const format = imageFormatFor(drive);
  const volid = await allocateVolume({ storage: storageOf(drive), vmid, format, bytes: template.bytes });
  await fillVolume(volid, { path: firmwareFile(template), format: 'raw' }, template.bytes);
  if (hasEnrolledKeys(drive)) {
    // The volume stays, and nothing names it.
    if (nodeSettings().version !== '8.2.6' && !existsSync(KEY_READER))
      throw new PveFailure("command 'virt-fw-vars' failed: failed to execute");
    print(`INFO: reading raw edk2 varstore from ${PVE_FIRMWARE}/${template.file}`);
    print('INFO: var store range: 0x64 -> 0x40000');
  }
  const marks = template.file.includes('.ms') && nodeSettings().firmwareKeys === '2023' ? NEW_KEYS : {};
  return withVolume(changeDrive(drive, marks), volid);
}

/** Creates the disk that keeps the state of the TPM: always 4 MiB. */
export async function createTpmState(vmid: number, drive: Drive): Promise<Drive> {
  const format = imageFormatFor(drive);
  return withVolume(
    drive,
    await allocateVolume({ storage: storageOf(drive), vmid, format, bytes: TPM_BYTES }),
  );
}

/** The size of an EFI or TPM disk, which no wish can change; nothing for other drives. */
export function sizeOfFirmwareDisk(drive: Drive): number | undefined {
  if (drive.slot.startsWith('efidisk')) return varsTemplate(drive).bytes;
  return drive.slot.startsWith('tpmstate') ? TPM_BYTES : undefined;
}

function varsTemplate(drive: Drive): Template {
  if (drive.properties.get('efitype') !== '4m') return { file: 'OVMF_VARS.fd', bytes: 128 * 1024 };
  return { file: `OVMF_VARS_4M${hasEnrolledKeys(drive) ? '.ms' : ''}.fd`, bytes: 528 * 1024 };
}

function hasEnrolledKeys(drive: Drive): boolean {
  return drive.properties.get('pre-enrolled-keys') === '1';
}

function storageOf(drive: Drive): string {
  return newDiskRequest(drive)?.storage ?? 'local';
}

function withVolume(drive: Drive, volid: string): Drive {
  return changeDrive(drive, { file: volid, format: undefined, size: formatSize(inspectVolume(volid).size) });
}

// Debian's ovmf package has the same templates; without it an empty store of the right size has to do.
function firmwareFile({ file, bytes }: Template): string {
  const found = [`${PVE_FIRMWARE}${file}`, `${DEBIAN_FIRMWARE}/${file}`].find(path => existsSync(path));
  if (found !== undefined) return found;
  const empty = `/tmp/.${file}.empty`;
  writeFileSync(empty, Buffer.alloc(bytes));
  return empty;
}
