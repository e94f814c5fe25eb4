import type { HeldDataDisk } from '../data-disks/users.ts';
import { driveOptions } from '../settings/disk-options.ts';
import { parseProperties } from '../text/property-string.ts';
import type { Variables } from './variables.ts';

/** The data disks of a VM as the role takes them; `storage` is that of its other disks. */
export function dataDiskVariables(disks: readonly HeldDataDisk[], storage: string): Variables {
  const [first] = disks;
  if (first === undefined) return {};
  return {
    data_disks: Object.fromEntries(disks.map(disk => [disk.key, keysOf(disk, storage)])),
    data_holder: first.volume.vmid,
  };
}

function keysOf({ name, drive, volume }: HeldDataDisk, storage: string): Variables {
  const properties = parseProperties(drive, 'file');
  const size = properties.get('size');
  const options = Object.entries(driveOptions).flatMap(([option, { type }]) => {
    const value = properties.get(option);
    if (value === undefined) return [];
    return [[option, type === 'bool' ? value === '1' || value === 'on' : value] as const];
  });
  return {
    name,
    ...(size !== undefined && { size }),
    ...(volume.storage !== storage && { storage: volume.storage }),
    ...Object.fromEntries(options),
  };
}
