import { isDictionary } from '../../sdk/dictionary.ts';

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

/** Anybody may edit the notes of a VM. */
export function isReplacementNote(found: unknown): found is ReplacementNote {
  if (!isDictionary(found) || typeof found['running'] !== 'boolean') return false;
  const { drives, made, failed } = found;
  return (
    areAll(drives, 'string') &&
    isDictionary(made) &&
    ['image', 'digest'].every(key => isOptional(made[key], 'string')) &&
    isOptional(made['diskSize'], 'number') &&
    (made['disks'] === undefined || areAll(made['disks'], 'number')) &&
    (failed === undefined || (Array.isArray(failed) && failed.every(one => typeof one === 'string')))
  );
}

const isOptional = (found: unknown, type: 'string' | 'number'): boolean =>
  found === undefined || typeof found === type;

const areAll = (found: unknown, type: 'string' | 'number'): boolean =>
  isDictionary(found) && Object.values(found).every(value => typeof value === type);
