import type { nextImageOption } from '../../pve/images/options.ts';
import type { FoundSource } from '../../pve/import/disk.ts';
import type { SourceWish } from '../../pve/import/observe.ts';
import type { ImportWish } from '../../pve/import/wish.ts';
import type { replaceOptions } from '../../pve/replacement/options.ts';
import type { Storage } from '../../pve/text/storage-config.ts';
import type { GuestSign } from '../../pve/vms/guest-signs.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { FoundVm, Identity } from '../../pve/vms/ownership.ts';
import type { ClusterLists, GuestSigns } from '../../sdk/readings.ts';
import type { ValuesOf } from '../../sdk/option.ts';
import type { Work } from '../../sdk/define-module.ts';

export interface Wanted
  extends ImportWish, SourceWish, ValuesOf<typeof replaceOptions & typeof nextImageOption> {
  readonly wait_for: 'none' | GuestSign;
  /** Seconds to wait for the sign. */
  readonly wait_timeout: number;
  /** Seconds for a guest to shut down. */
  readonly timeout: number;
}

export interface Observed extends FoundSource {
  readonly vm: FoundVm;
  /** Digest of the image that is wanted, where anything tells. */
  readonly wantedDigest: string | undefined;
  /** Whether a run of ours has written what the VM's notes say of a replacement. */
  readonly isProven: boolean;
  /** What else there is; read only where something is to be done. */
  readonly around: Around | undefined;
  /** What the guest shows of itself; nothing where it was not looked at. */
  readonly signs: GuestSigns;
  readonly work: Work | undefined;
}

export interface Around {
  readonly others: readonly VmRecord[];
  readonly storages: readonly Storage[];
  readonly lists: ClusterLists;
}

export const labelOf = ({ vmid, name }: Identity): string => `VM ${vmid} (${name})`;

/** Completes "cannot …". */
export const purposeOf = (wanted: Identity): string => `replace the system of ${labelOf(wanted)}`;

/** The sign of the new system; a run that only ends what another one has begun may name none. */
export const signOf = ({ wait_for: sign }: Pick<Wanted, 'wait_for'>): GuestSign =>
  sign === 'none' ? 'agent' : sign;
