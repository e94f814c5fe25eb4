import { isDrive, isMedium } from '../settings/drives.ts';
import { parseProperties, renderProperties } from '../text/property-string.ts';
import { parseSize } from '../text/size.ts';
import { isCloudInitDrive } from '../text/vm-config.ts';
import { driveVolume } from '../text/volume-id.ts';

const GIB = 1024 ** 3;
const OF_THE_MACHINE = /^(?:efidisk|tpmstate)/;

/** Disks and CD drives as the role takes them, so that an empty node would get the same. */
export const diskVariable = (found: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...found]
      .filter(([key]) => isDrive(key) && !OF_THE_MACHINE.test(key))
      .map(([key, text]) => [key, wishFor(text)]),
  );

/** Storage of the first disk. */
export const firstStorage = (found: ReadonlyMap<string, string>): string | undefined =>
  [...found].flatMap(([key, text]) =>
    isDrive(key) && !isMedium(text) ? [driveVolume(text)?.storage ?? []].flat() : [],
  )[0];

/** A drive by its volume: what PVE calls it, without the size that only PVE knows. */
export function byVolume(drive: string): string {
  const { file, rest } = partsOf(drive);
  return renderProperties(new Map([['file', file], ...rest]), 'file');
}

function wishFor(drive: string): string {
  const { file, rest, size, format } = partsOf(drive);
  const volume = driveVolume(file);
  if (volume === undefined) return byVolume(drive);
  if (isCloudInitDrive(drive)) return `${volume.storage}:cloudinit`;
  const gib = size === undefined || isMedium(drive) ? undefined : gibText(size);
  if (gib === undefined) return byVolume(drive);
  const kept = [...(format === undefined ? [] : [['format', format] as const]), ...rest];
  return renderProperties(new Map([['file', `${volume.storage}:${gib}`], ...kept]), 'file');
}

function partsOf(drive: string) {
  const properties = parseProperties(drive, 'file');
  const file = properties.get('file') ?? '';
  return {
    file,
    rest: [...properties].filter(([name]) => !['file', 'size', 'format'].includes(name)),
    size: parseSize(properties.get('size') ?? ''),
    // Raw is what a storage makes of itself.
    format: /\.(qcow2|vmdk)$/.exec(file)?.[1],
  };
}

/** GiB as `storage:GiB` takes them; undefined where that would be another size. */
function gibText(bytes: number): string | undefined {
  const text = String(bytes / GIB);
  return /^\d+(?:\.\d{1,4})?$/.test(text) && bytes > 0 ? text : undefined;
}
