import {
  parseProperties,
  renderProperties,
  sameProperties,
  type Properties,
} from '../text/property-string.ts';
import { DRIVE } from './formats.ts';
import { formatSize, parseSize } from '../text/size.ts';
import { isCdrom, isCloudInitDrive } from '../text/vm-config.ts';
import { driveVolume } from '../text/volume-id.ts';

/** What is to become of a drive that is there. */
export interface DriveDifference {
  /** The new text; undefined when the drive has every option that is wanted. */
  readonly text?: string;
  /** Bytes to grow to. */
  readonly size?: number;
  /** What is wanted and never done, because it would lose data; each completes "scsi1 …". */
  readonly refused: readonly string[];
}

export const isDrive = (key: string): boolean => /^(?:ide|sata|scsi|virtio|efidisk|tpmstate)\d+$/.test(key);

/** What says which data a drive holds, or how it was made; none of it can change without losing them. */
export const ORIGIN: ReadonlySet<string> = new Set(['file', 'size', 'format', 'import-from']);
const STATE: ReadonlySet<string> = new Set(['efitype', 'pre-enrolled-keys', 'ms-cert', 'version']);

const GIB = 1024 ** 3;
/** Sizes are rounded up: by Proxmox VE to whole KiB, by storages to their own units, such as the 4 MiB of LVM. */
const ROUNDED = 4 * 1024 ** 2;

/** Compares a drive that is there with what is wanted of it. Its volume is never replaced, only a CD is. */
export function driveDifference(key: string, wanted: string, found: string): DriveDifference {
  if (wanted === '') return { refused: ['is never removed: it may hold data'] };
  const [next, now] = [parseProperties(wanted, 'file'), parseProperties(found, 'file')];
  if (isCdrom(found)) return cdDifference(wanted, found, next, now);
  if (isMedium(wanted)) return { refused: [`holds ${volumeName(now)}, which no CD replaces`] };
  return diskDifference(key, next, now);
}

/** A CD-ROM drive, or an empty one, as PVE writes it: the word `none` or `cdrom`, or the property. */
export const isMedium = (text: string): boolean => isCdrom(text) || /^(?:none|cdrom)(?:,|$)/.test(text);

function cdDifference(wanted: string, found: string, next: Properties, now: Properties): DriveDifference {
  if (isCloudInitDrive(found)) {
    const refused = isCloudInitDrive(wanted) ? [] : ['is the cloud-init drive; choose another slot'];
    return { refused };
  }
  const same = next.get('file') === now.get('file') && isMedium(wanted);
  return same ? { refused: [] } : { text: wanted, refused: [] };
}

function diskDifference(key: string, next: Properties, now: Properties): DriveDifference {
  const options = new Map([...next].filter(([name]) => !ORIGIN.has(name) && !STATE.has(name)));
  const all = new Map([...now, ...options]);
  const hasAll = sameProperties(all, now, DRIVE.defaults);
  const origin = originProblems(next, now);
  // PVE decides the size of an EFI disk and of a TPM state; and the size was not meant for a disk from elsewhere.
  const hasSize = !/^(?:efidisk|tpmstate)/.test(key) && origin.length === 0;
  const { size, problem } = hasSize ? growth(next, now) : {};
  return {
    ...(!hasAll && { text: renderProperties(all, 'file') }),
    ...(size !== undefined && { size }),
    refused: [...origin, ...stateProblems(next, now), ...(problem === undefined ? [] : [problem])],
  };
}

const volumeName = (drive: Properties): string => drive.get('file') ?? 'a volume';

/** Size of a new disk in `storage:GiB`, in bytes. */
function wantedBytes(next: Properties): number | undefined {
  const gib = /^[^:]+:(\d+(?:\.\d+)?)$/.exec(next.get('file') ?? '')?.[1];
  return gib === undefined || next.has('import-from') ? undefined : Math.round(Number(gib) * GIB);
}

function growth(next: Properties, now: Properties): { readonly size?: number; readonly problem?: string } {
  const [wanted, found] = [wantedBytes(next), parseSize(now.get('size') ?? '')];
  if (wanted === undefined || found === undefined || wanted === 0 || wanted === found) return {};
  if (wanted > found) return { size: wanted };
  if (found - wanted < ROUNDED) return {};
  return {
    problem: `has ${formatSize(found)}, more than the wanted ${formatSize(wanted)}: it is never shrunk`,
  };
}

function originProblems(next: Properties, now: Properties): string[] {
  const file = next.get('file');
  if (file === undefined) return [];
  const isNew = /^[^:/]+:\d+(?:\.\d+)?$/.test(file);
  if (!isNew)
    return file === now.get('file') ? [] : [`holds ${volumeName(now)}, which ${file} does not replace`];
  const volume = driveVolume(volumeName(now));
  const storage = file.slice(0, file.indexOf(':'));
  if (volume !== undefined && volume.storage !== storage)
    return [
      `is on storage ${volume.storage}, not ${storage}; move it with \`qm disk move\` if you want it there`,
    ];
  return formatProblems(next.get('format'), /\.(raw|qcow2|vmdk)$/.exec(volume?.file ?? '')?.[1]);
}

function formatProblems(wanted: string | undefined, found: string | undefined): string[] {
  if (wanted === undefined || found === undefined || wanted === found) return [];
  return [
    `has format ${found}, not ${wanted}; convert it with \`qm disk move --format ${wanted}\` if you want it so`,
  ];
}

/** The variables of the firmware and the secrets of the TPM would be gone. */
function stateProblems(next: Properties, now: Properties): string[] {
  return [...next].flatMap(([name, value]) => {
    const found = now.get(name) ?? FIRST_STATE[name];
    if (!STATE.has(name) || found === undefined || found === value) return [];
    return [`was made with ${name}=${found}, not ${value}: what it holds would be lost`];
  });
}

/** What an EFI disk or a TPM state was made with where its text does not say. */
const FIRST_STATE: Readonly<Record<string, string>> = {
  efitype: '2m',
  'pre-enrolled-keys': '0',
};
