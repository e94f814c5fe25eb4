import type { FileHandle } from 'node:fs/promises';
import { holdNodeLock, readNodeLock, tryNodeLock } from '../../system/file-lock.ts';
import { listGuests } from './files.ts';

/** Numbers that this process holds, by the names they are for. */
const held = new Map<string, { readonly vmid: number; readonly lock: FileHandle }>();

/** Locks on names that this process holds until its end: a handle that nobody refers to would be closed. */
const names = new Map<string, FileHandle>();

/** What the holder of a number's lock has written into it. */
export const claimantOf = (vmid: number): Promise<string | undefined> => readNodeLock(String(vmid));

export async function claimNumber(name: string, numbers: readonly number[]): Promise<number | undefined> {
  const before = held.get(name);
  if (before !== undefined && numbers.includes(before.vmid)) return before.vmid;
  await before?.lock.close();
  const others = new Set([...held.values()].map(({ vmid }) => vmid));
  for (const vmid of numbers.filter(number => !others.has(number))) {
    const lock = await tryNodeLock(String(vmid));
    if (lock === undefined) continue;
    // Between the look and the lock, its holder may have made the VM and ended.
    if ((await listGuests()).some(guest => guest.vmid === vmid)) {
      await lock.close();
      continue;
    }
    held.set(name, { vmid, lock });
    await writeDown(name, lock);
    return vmid;
  }
  return undefined;
}

/** Whose number it is: a creation that dies early leaves no other sign of it. */
async function writeDown(name: string, lock: FileHandle): Promise<void> {
  await lock.truncate();
  await lock.write(name, 0);
}

export async function holdName(name: string): Promise<void> {
  if (!names.has(name)) names.set(name, await holdNodeLock(`name-${name}`));
}
