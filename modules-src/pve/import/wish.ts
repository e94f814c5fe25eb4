import type { driveOptions } from '../settings/disk-options.ts';
import { imageDiskWish, type ImageDiskWish } from '../settings/image-disk.ts';
import { parseSize } from '../text/size.ts';
import type { VmConfig } from '../text/vm-config.ts';
import { readMarker } from '../vms/marker.ts';
import type { Identity } from '../vms/ownership.ts';
import type { ValuesOf } from '../../sdk/option.ts';

/** What is wanted of the disk that an image becomes. */
export interface ImportWish extends Identity, ValuesOf<typeof driveOptions> {
  readonly storage: string;
  readonly disk: string;
  /** Disks as they are declared; the entry of this one is about it. */
  readonly disks?: Readonly<Record<string, unknown>> | undefined;
  readonly format?: 'raw' | 'qcow2' | undefined;
  readonly size_increase?: string | undefined;
  readonly size?: string | undefined;
}

export const entryOf = ({
  disk,
  disks,
  storage,
}: Pick<ImportWish, 'disk' | 'disks' | 'storage'>): ImageDiskWish => imageDiskWish(disk, disks, storage);

/** Where the disk goes: its own entry knows better than the variable for all. */
export const storageOf = (wanted: Pick<ImportWish, 'disk' | 'disks' | 'storage'>): string =>
  entryOf(wanted).storage ?? wanted.storage;

/** An absolute size in bytes: that of the variable, else that of the disk's entry. */
export const declaredSize = (wanted: ImportWish): number | undefined =>
  wanted.size === undefined ? entryOf(wanted).size : parseSize(wanted.size);

/**
 * Bytes the disk is to have: the absolute size if one is wanted; else what was noted when it was imported; else the
 * image and its increase. An increase counts once, so without a note nothing is known of an older disk.
 */
export function targetSize(
  wanted: ImportWish,
  config: VmConfig,
  imageSize: number | undefined,
): number | undefined {
  const declared = declaredSize(wanted);
  if (declared !== undefined) return declared;
  if (imageSize === undefined) return readMarker(config.get('description'), wanted.vmid)?.diskSize;
  const increase = parseSize(wanted.size_increase ?? '0') ?? 0;
  return imageSize + increase;
}
