import { createHash } from 'node:crypto';
import { canonicalText, isDictionary } from '../../sdk/dictionary.ts';

/** The old disks of a VM that gets a new system, until that has given its sign. */
export interface ReplacementNote {
  /** Their drives as they stood, by their slots. */
  readonly drives: Readonly<Record<string, string>>;
  /** What the marker said of them. */
  readonly made: {
    readonly image?: string;
    readonly digest?: string;
    readonly diskSize?: number;
    readonly disks?: Readonly<Record<string, number>>;
  };
  /** Whether the VM ran. */
  readonly running: boolean;
  /** Volumes of new disks that have failed, and are to go. */
  readonly failed?: readonly string[];
}

/** The only other drive that makes way with the disk. */
export const EFI_SLOT = 'efidisk0';
const DISK = /^(?:ide|sata|scsi|virtio)\d+$/;

/** Slot of the disk that makes way. */
export const slotOf = ({ drives }: ReplacementNote): string =>
  Object.keys(drives).find(slot => slot !== EFI_SLOT) ?? '';

/** By which a run knows a note again that one of ours has written. */
export const noteDigest = (note: ReplacementNote): string =>
  createHash('sha256').update(canonicalText(note)).digest('hex');

/** Anybody may edit the notes of a VM. */
export function isReplacementNote(found: unknown): found is ReplacementNote {
  if (!isDictionary(found) || typeof found['running'] !== 'boolean') return false;
  const { drives, made, failed } = found;
  return (
    areAll(drives, 'string') &&
    Object.keys(drives).every(slot => slot === EFI_SLOT || DISK.test(slot)) &&
    Object.keys(drives).some(slot => slot !== EFI_SLOT) &&
    isDictionary(made) &&
    ['image', 'digest'].every(key => isOptional(made[key], 'string')) &&
    isOptional(made['diskSize'], 'number') &&
    (made['disks'] === undefined || areAll(made['disks'], 'number')) &&
    (failed === undefined || (Array.isArray(failed) && failed.every(one => typeof one === 'string')))
  );
}

const isOptional = (found: unknown, type: 'string' | 'number'): boolean =>
  found === undefined || typeof found === type;

const areAll = (found: unknown, type: 'string' | 'number'): found is Readonly<Record<string, unknown>> =>
  isDictionary(found) && Object.values(found).every(value => typeof value === type);
