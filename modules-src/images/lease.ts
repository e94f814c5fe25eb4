import { isUntouched, metadataPath, renderImageRecord } from '../pve/images/file.ts';
import { isUseToBeNoted } from '../pve/images/ownership.ts';
import { StepError } from '../sdk/step-error.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { withLock } from '../system/file-lock.ts';
import { writeAtomically } from '../system/files.ts';
import { imageLock } from './prunable.ts';
import { readImageRecord } from './record.ts';
import type { FileIdentity } from '../sdk/image.ts';

/** Seconds. */
const PATIENCE = 10;

/**
 * Notes that a run wants the image which it has seen, so that no other run removes it before it is imported; answers
 * whether the image is still there. Tells nothing that is not true already, and so is no change.
 */
export async function keepForImport(path: string, seen: FileIdentity): Promise<boolean> {
  const record = await readImageRecord(path);
  if (record === undefined || !isUseToBeNoted(record, Date.now())) return true;
  const keep = async (): Promise<boolean> => {
    const [now, noted] = await Promise.all([fileIdentity(path), readImageRecord(path)]);
    if (now === undefined || noted === undefined || !isUntouched({ identity: seen }, now)) return false;
    const text = renderImageRecord({ ...noted, wanted: new Date().toISOString() });
    await writeAtomically(metadataPath(path), text, 0o644);
    return true;
  };
  // Whoever holds the lock for longer is fetching the image: it will be new.
  return withLock(imageLock(path), keep, PATIENCE).catch((error: unknown) => {
    if (error instanceof StepError) return true;
    throw error;
  });
}
