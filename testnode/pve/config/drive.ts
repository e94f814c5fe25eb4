import type { Section } from './sections.ts';
import { DRIVE_SLOTS, drivePropertiesOf } from '../options/drive.ts';
import { parsePropertyString } from '../schema/property-string.ts';
import type { Properties } from '../schema/property-string.ts';

const CLOUD_INIT_VOLUME = /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow2|vmdk))?$/;
const NEW_DISK = /^(?:([^:\s]+):)?(\d+(?:\.\d+)?)$/;

/** A drive option taken apart; `file` says which volume, path or word it is about. */
export interface Drive {
  readonly slot: string;
  readonly file: string;
  readonly properties: Properties;
}

/** True for the options that hold drives, `unusedN` not among them. */
export function isDriveSlot(option: string): boolean {
  return DRIVE_SLOTS.includes(option);
}

export function parseDrive(slot: string, text: string): Drive {
  const properties = parsePropertyString(drivePropertiesOf(slot), text);
  return { slot, file: properties.get('file') ?? '', properties };
}

/** A drive as PVE writes it: the volume, then the properties in alphabetical order. */
export function formatDrive({ file, properties }: Drive): string {
  const rest = [...properties]
    .filter(([key]) => key !== 'file')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `,${key}=${value}`);
  return `${file}${rest.join('')}`;
}

/** The same drive with some properties replaced; `undefined` removes one. */
export function changeDrive(drive: Drive, changes: Readonly<Record<string, string | undefined>>): Drive {
  const properties = new Map(drive.properties);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) properties.delete(key);
    else properties.set(key, value);
  }
  return { slot: drive.slot, file: properties.get('file') ?? drive.file, properties };
}

/** The drives of a configuration, sorted by slot name as PVE walks through them. */
export function drivesOf(section: Section): readonly Drive[] {
  return [...section.keys()]
    .filter(isDriveSlot)
    .sort()
    .map(slot => parseDrive(slot, section.get(slot) ?? ''));
}

export function isCloudInitDrive({ file }: Drive): boolean {
  return CLOUD_INIT_VOLUME.test(file);
}

export function isCdrom(drive: Drive): boolean {
  return drive.properties.get('media') === 'cdrom' || isEmptyDrive(drive);
}

/** A drive without a volume: `none`, or `cdrom` for the host's own. */
export function isEmptyDrive({ file }: Drive): boolean {
  return file === 'none' || file === 'cdrom';
}

/** A wish for a new disk, `storage:GiB`; nothing when the drive names something that exists. */
export function newDiskRequest({
  file,
}: Drive): { readonly storage: string; readonly gibibytes: number } | undefined {
  const match = NEW_DISK.exec(file);
  return match ? { storage: match[1] ?? 'local', gibibytes: Number(match[2]) } : undefined;
}

/** The storage of a wish for a cloud-init drive, `storage:cloudinit`. */
export function newCloudInitStorage({ file }: Drive): string | undefined {
  return /^([^:]+):cloudinit$/.exec(file)?.[1];
}
