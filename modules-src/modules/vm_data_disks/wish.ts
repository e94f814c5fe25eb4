import type { DataDiskKeys } from '../../pve/data-disks/options.ts';
import { driveText } from '../../pve/settings/disk-options.ts';
import type { Identity } from '../../pve/vms/ownership.ts';
import { UserError } from '../../sdk/error.ts';

export interface Wanted extends Identity {
  readonly data_disks: Readonly<Record<string, DataDiskKeys>>;
  readonly data_holder: number;
  readonly disk_storage: string;
}

/** A disk that is declared. */
export interface Wish extends DataDiskKeys {
  readonly slot: string;
  /** The VM whose VMID it bears. */
  readonly holder: number;
  readonly storage: string;
}

export const wishesOf = ({ data_disks: disks, data_holder: holder, disk_storage: general }: Wanted): Wish[] =>
  Object.entries(disks).map(([slot, keys]) => ({ ...keys, slot, holder, storage: keys.storage ?? general }));

export const labelOf = ({ vmid, name }: Identity): string => `VM ${vmid} (${name})`;

export const refusal = (wanted: Wanted, { name }: Wish, why: string): UserError =>
  new UserError(`cannot attach data disk ${name} to ${labelOf(wanted)}: ${why}`);

/** The drive as it is declared, on its volume. */
export const withOptions = (volume: string, wish: Wish): string =>
  [volume, driveText(wish)].filter(text => text !== '').join(',');
