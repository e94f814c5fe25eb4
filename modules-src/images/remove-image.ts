import { rm } from 'node:fs/promises';
import { metadataPath } from '../pve/images/file.ts';
import type { RemoveImageAction } from '../sdk/step.ts';
import { unlessLocked, withLock } from '../system/file-lock.ts';
import { removeClaimed } from './claimed-file.ts';
import { idleDays, imageLock } from './prunable.ts';
import { readImageRecord } from './record.ts';

/**
 * Judges once more while nobody fetches the image, and removes it while nobody imports it: what was wanted, changed or
 * replaced since it was looked at stays. The file goes first: a note alone is found and removed by the next run.
 */
export async function removeUnused(
  { path, days }: Pick<RemoveImageAction, 'path' | 'days'>,
  configs: readonly string[],
): Promise<void> {
  await withLock(imageLock(path), async () => {
    if (((await idleDays(path, configs)) ?? 0) <= days) return;
    if ((await readImageRecord(path)) === undefined) return removeClaimed(path);
    await unlessLocked(path, async () => {
      await rm(path, { force: true });
      await rm(metadataPath(path), { force: true });
    });
  });
}
