import type { FileHandle } from 'node:fs/promises';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { isUnfinished } from '../../pve/vms/ownership.ts';
import { freeNumbers, numberOfName, parseRange, rangeIsFull } from '../../pve/vms/vmid-range.ts';
import { holdNodeLock, readNodeLock, tryNodeLock } from '../../system/file-lock.ts';
import { listGuests, localNode, readVm } from './files.ts';

/** Numbers that this process holds, by the names they are for. */
const held = new Map<string, { readonly vmid: number; readonly lock: FileHandle }>();

/** Locks on names that this process holds until its end: a handle that nobody refers to would be closed. */
const names = new Map<string, FileHandle>();

/** Every VM of the cluster with its configuration. */
export async function readVms(): Promise<readonly VmRecord[]> {
  const guests = await listGuests();
  const records = await Promise.all(
    guests.filter(({ kind }) => kind === 'qemu').map(({ vmid }) => readVm(vmid)),
  );
  return records.filter(record => record !== undefined);
}

/**
 * The number of the VM that this role made under a name, half-made ones included: a creation that was killed early left
 * a configuration without a name, and the file of its claim still tells it.
 */
export async function numberOf(name: string): Promise<number | undefined> {
  const records = await readVms();
  return numberOfName(name, records) ?? (await numberOfRemains(name, records));
}

async function numberOfRemains(name: string, records: readonly VmRecord[]): Promise<number | undefined> {
  const begun = records.find(({ begunAs }) => begunAs === name);
  if (begun !== undefined) return begun.vmid;
  // Locks are the node's own, and so is what they tell.
  const nameless = records.filter(
    ({ node, config }) => node === localNode() && isUnfinished(config) && !config.has('name'),
  );
  for (const { vmid } of nameless) if ((await readNodeLock(String(vmid))) === name) return vmid;
  return undefined;
}

/**
 * The number of the VM of that name: the one it has, else the first of the range that is free. A new number is held
 * until this process ends, so that no other one on the node takes it; a race with another node is settled by PVE,
 * which makes a number once only, and by looking anew.
 */
export async function claimNumber(
  name: string,
  range: string,
  reserved: readonly number[] = [],
): Promise<number> {
  const existing = await numberOf(name);
  if (existing !== undefined) return existing;
  const before = held.get(name);
  const free = freeNumbers(parseRange(range), await listGuests());
  if (before !== undefined && free.includes(before.vmid)) return before.vmid;
  await before?.lock.close();
  const others = new Set([...[...held.values()].map(({ vmid }) => vmid), ...reserved]);
  for (const vmid of free.filter(number => !others.has(number))) {
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
  throw rangeIsFull(name, range);
}

/** Whose number it is: a creation that dies early leaves no other sign of it. */
async function writeDown(name: string, lock: FileHandle): Promise<void> {
  await lock.truncate();
  await lock.write(name, 0);
}

/** The same for runs that want the same VM at the same time: the second one waits for the first, and finds what it made. */
export async function claimNumberOfVm(
  name: string,
  range: string,
  reserved: readonly number[],
): Promise<number> {
  const existing = await numberOf(name);
  if (existing !== undefined) return existing;
  if (!names.has(name)) names.set(name, await holdNodeLock(`name-${name}`));
  return claimNumber(name, range, reserved);
}

/** Whether another node has given the number to another VM in the meantime. */
export async function isTaken(vmid: number, name: string): Promise<boolean> {
  const guest = (await listGuests()).find(one => one.vmid === vmid && one.node !== localNode());
  return guest !== undefined && (await readVm(vmid))?.config.get('name') !== name;
}

/** The number that a VM would get. */
export async function firstFreeNumber(
  name: string,
  range: string,
  reserved: readonly number[],
): Promise<number> {
  const free = freeNumbers(parseRange(range), await listGuests());
  const first = free.find(vmid => !reserved.includes(vmid));
  if (first === undefined) throw rangeIsFull(name, range);
  return first;
}
