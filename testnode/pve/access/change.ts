import { PveFailure } from '../runtime/failure.ts';
import { withClusterLock } from '../runtime/lock.ts';
import { accessConfig, saveAccess } from './config.ts';
import type { AccessConfig } from './kinds.ts';

/** Changes /etc/pve/user.cfg while nobody else does. What goes wrong is said behind what was to be done. */
export async function changeAccess(
  failed: string,
  change: (config: AccessConfig) => AccessConfig,
): Promise<void> {
  try {
    await withClusterLock('file-user_cfg', () => saveAccess(change(accessConfig())));
  } catch (error) {
    throw error instanceof PveFailure && error.constructor === PveFailure
      ? new PveFailure(`${failed}: ${error.message}`, error.exitCode)
      : error;
  }
}

/** A table with one entry more, or another one in its place. */
export function withEntry<T>(table: ReadonlyMap<string, T>, name: string, value: T): ReadonlyMap<string, T> {
  return new Map([...table, [name, value]]);
}

/** A table without an entry. */
export function withoutEntry<T>(table: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  return new Map([...table].filter(([key]) => key !== name));
}
