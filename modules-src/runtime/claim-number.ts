import type { FileHandle } from 'node:fs/promises';
import type { VmRecord } from '../pve/guest.ts';
import { freeNumbers, numberOfName, parseRange, rangeIsFull } from '../pve/vmid-range.ts';
import { tryNodeLock } from './file-lock.ts';
import { listGuests, readVm } from './vm-files.ts';

/** Numbers that this process holds, by the names they are for. */
const held = new Map<string, { readonly vmid: number; readonly lock: FileHandle }>();

/** Every VM of the cluster with its configuration. */
export async function readVms(): Promise<readonly VmRecord[]> {
  const guests = await listGuests();
  const records = await Promise.all(
    guests.filter(({ kind }) => kind === 'qemu').map(({ vmid }) => readVm(vmid)),
  );
  return records.filter(record => record !== undefined);
}

/**
 * The number of the VM of that name: the one it has, else the first of the range that is free. A new number is held
 * until this process ends, so that no other one on the node takes it; a race with another node is settled by PVE,
 * which makes a number once only, and by looking anew.
 */
export async function claimNumber(name: string, range: string): Promise<number> {
  const existing = numberOfName(name, await readVms());
  if (existing !== undefined) return existing;
  const before = held.get(name);
  const free = freeNumbers(parseRange(range), await listGuests());
  if (before !== undefined && free.includes(before.vmid)) return before.vmid;
  const mine = new Set([...held.values()].map(({ vmid }) => vmid));
  for (const vmid of free.filter(number => !mine.has(number))) {
    const lock = await tryNodeLock(String(vmid));
    if (lock === undefined) continue;
    // Between the look and the lock, its holder may have made the VM and ended.
    if ((await listGuests()).some(guest => guest.vmid === vmid)) {
      await lock.close();
      continue;
    }
    held.set(name, { vmid, lock });
    return vmid;
  }
  throw rangeIsFull(name, range);
}
