import { readClusterFile, writeClusterFile } from '../config/cluster.ts';
import { HttpFailure } from '../runtime/failure.ts';

const USER_FILE = 'user.cfg';

/** Fails unless the pool is there: PVE words a missing pool as a missing permission. */
export function assertPool(pool: string | undefined): void {
  if (pool !== undefined && !poolLine(pool)) {
    throw new HttpFailure(403, `Permission check failed (pool '${pool}' does not exist)`);
  }
}

/** Makes a VM a member of a pool, in the line `pool:name:comment:vmids:storages:`. */
export function addToPool(pool: string, vmid: number): void {
  const line = poolLine(pool);
  if (line === undefined) return;
  const fields = line.split(':');
  const members = (fields[3] ?? '').split(',').filter(member => member !== '');
  fields[3] = [...members, String(vmid)].join(',');
  writeClusterFile(USER_FILE, (readClusterFile(USER_FILE) ?? '').replace(line, fields.join(':')));
}

/** A VM that is removed is in no pool; the next one under its number is not, either. */
export function removeFromPools(vmid: number): void {
  const before = readClusterFile(USER_FILE) ?? '';
  const after = before.replaceAll(/^(pool:[^:]*:[^:]*:)([^:]*)/gm, (_, head: string, members: string) => {
    const others = members.split(',').filter(member => member !== String(vmid));
    return head + others.join(',');
  });
  if (after !== before) writeClusterFile(USER_FILE, after);
}

function poolLine(pool: string): string | undefined {
  return (readClusterFile(USER_FILE) ?? '').split('\n').find(line => line.startsWith(`pool:${pool}:`));
}
