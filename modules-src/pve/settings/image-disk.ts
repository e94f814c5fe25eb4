import { parseProperties, renderProperties, type Properties } from '../text/property-string.ts';
import { isMedium, ORIGIN } from './drives.ts';

/** Slot of the disk that a VM boots from where nothing else is said. */
export const FIRST_DISK = 'scsi0';

/** Where the role's disks go. */
export const DEFAULT_STORAGE = 'local-lvm';

/** What the role declares for a VM without an image: the size and the format of its one disk. */
export const FIRST_DISK_TEXT = ':32,format=raw';

const GIB = 1024 ** 3;

/** What the entry of `disks` says about the disk that a cloud image becomes. */
export interface ImageDiskWish {
  readonly storage?: string;
  /** Bytes. */
  readonly size?: number;
  readonly format?: string;
  /** Everything else, as properties of the drive. */
  readonly options: Properties;
  /** Why the image cannot become that drive; completes "disks.scsi0 …". */
  readonly fault?: string;
}

type Disks = Readonly<Record<string, unknown>>;

/** What the role's defaults put there: it is nobody's wish, and an image takes its place. */
export const isFirstDefault = (slot: string, text: unknown, storage = DEFAULT_STORAGE): boolean =>
  slot === FIRST_DISK && [storage, DEFAULT_STORAGE].some(id => text === `${id}${FIRST_DISK_TEXT}`);

/** The entry of the image's slot: where the disk goes, how large it is and how it is driven. */
export function imageDiskWish(
  slot: string,
  disks: Disks | undefined,
  storage: string | undefined,
): ImageDiskWish {
  const written = disks?.[slot];
  if (typeof written !== 'string' || isFirstDefault(slot, written, storage)) return { options: new Map() };
  if (written === '' || isMedium(written))
    return { options: new Map(), fault: 'is no disk, and the image becomes one' };
  return entryWish(parseProperties(written, 'file'));
}

const sizeFault = (file = ''): string | undefined =>
  /^[^:/]+:[\d.]+ ?[KMGT]i?B?$/i.test(file) ? 'gives its size with a unit' : undefined;

/** Why qm could not make a new disk or drive of that text; completes "disks.scsi1 …". */
export function diskFault(text: string): string | undefined {
  const properties = parseProperties(text, 'file');
  const file = properties.get('file') ?? '';
  if (text === '' || properties.has('import-from') || /^(?:none|cdrom|\/.*)$/.test(file)) return undefined;
  if (!file.includes(':')) return 'names no storage';
  return /^[^:/]+:(?:-.*|0+(?:\.0*)?)$/.test(file) ? 'gives no size' : sizeFault(file);
}

function entryWish(properties: Properties): ImageDiskWish {
  const options = new Map([...properties].filter(([name]) => !ORIGIN.has(name)));
  // Options alone: the disk goes where all disks of images go.
  if (!properties.has('file') && !properties.has('import-from')) return { options };
  const [, storage, gib] = /^([^:/]+):(\d+(?:\.\d+)?)$/.exec(properties.get('file') ?? '') ?? [];
  if (storage === undefined || properties.has('import-from'))
    return { options, fault: sizeFault(properties.get('file')) ?? 'names a volume or an image of its own' };
  const format = properties.get('format');
  const size = Number(gib) * GIB;
  return {
    storage,
    options,
    ...(size > 0 && { size: Math.round(size) }),
    ...(format !== undefined && { format }),
  };
}

/** Options of all disks of images under those of the entry, which is about this one. */
export const driveOptionsText = (general: string, { options }: ImageDiskWish): string =>
  renderProperties(new Map([...parseProperties(general, 'file'), ...options]), 'file');
