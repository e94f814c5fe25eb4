import { PveFailure } from '../runtime/failure.ts';

/** `storage:name`, the id of a volume. */
export interface VolumeId {
  readonly storage: string;
  readonly name: string;
}

/** Splits a volume id; the name is understood by the storage alone. */
export function parseVolumeId(volid: string): VolumeId {
  const match = /^([a-z][a-z0-9\-_.]*[a-z0-9]):(.+)$/i.exec(volid);
  if (!match) throw new PveFailure(`unable to parse volume ID '${volid}'`);
  return { storage: match[1] ?? '', name: match[2] ?? '' };
}

/** True for a text that names a volume of a storage, false for paths and words. */
export function isVolumeId(text: string): boolean {
  return /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i.test(text);
}
