import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { holdLock, tryLock, unlessLocked, withLock } from './file-lock.ts';
import { writeAtomically } from './files.ts';
import { privateDirectory, readOwn } from './own-file.ts';

/** The locks of a node: emptied by every start of it; /run/lock would be open to every user. */
export const NODE_LOCKS = '/run/proxmox-role';

/**
 * Does some work while holding several locks of a directory, by their names. Everybody takes them in one order, so that
 * none waits for another in a ring.
 */
export async function withLocks<T>(
  folder: string,
  names: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  if (names.length === 0) return work();
  await privateDirectory(folder);
  const inOrder = [...new Set(names)].sort();
  return inOrder.reduceRight((rest, name) => () => withLock(join(folder, name), rest), work)();
}

/** What runs of one user, or of one node, tell each other of the VMIDs and names that they work for. */
export interface Claims {
  /** For whom a VMID is, or was, held. */
  readonly claimantOf: (vmid: number) => Promise<string | undefined>;
  readonly claimVmid: (name: string, vmids: readonly number[]) => Promise<number | undefined>;
  readonly keepVmid: (name: string, vmids: readonly number[]) => Promise<number | undefined>;
  readonly holdName: (name: string) => Promise<void>;
}

/** A VMID that was chosen for a name, and that another run is to make a VM of. */
interface Kept {
  readonly vmid: number;
  readonly name: string;
  /** Milliseconds of this machine's clock. */
  readonly since: number;
}

/** Whoever has chosen a VMID makes its VM in the next minutes, or not at all. */
const AN_HOUR = 3_600_000;

async function keptIn(folder: string): Promise<readonly Kept[]> {
  const text = await readOwn(join(folder, 'kept'));
  // Written by `keepVmid`, into a directory that only this user can enter.
  const kept = text === undefined ? [] : (JSON.parse(text) as readonly Kept[]);
  return kept.filter(({ since }) => Date.now() - since < AN_HOUR);
}

/** Those that are kept for other names come last: a range that is short of VMIDs is no reason to fail. */
async function inTurn(folder: string, name: string, vmids: readonly number[]): Promise<readonly number[]> {
  const others = new Set((await keptIn(folder)).filter(one => one.name !== name).map(({ vmid }) => vmid));
  return [...vmids.filter(vmid => !others.has(vmid)), ...vmids.filter(vmid => others.has(vmid))];
}

/**
 * Claims in a directory; `isTaken` looks once more whether a guest has the VMID. One that somebody else has is told to
 * `onTaken`, once: what it is, is seen when it is whole.
 */
export function claimsIn(
  folder: string,
  isTaken: (vmid: number) => Promise<boolean>,
  onTaken: (vmid: number) => void,
): Claims {
  const told = new Set<number>();
  /** VMIDs that this process holds, by the names they are for. */
  const held = new Map<string, { readonly vmid: number; readonly lock: FileHandle }>();
  /** Locks on names that this process holds until its end: a handle that nobody refers to would be closed. */
  const names = new Map<string, FileHandle>();
  const claim = async (name: string, vmid: number): Promise<boolean> => {
    const lock = await tryLock(join(folder, String(vmid)));
    if (lock === undefined) return false;
    // Between the look and the lock, its holder may have made the VM and ended.
    if (await isTaken(vmid)) {
      await lock.close();
      if (!told.has(vmid)) onTaken(vmid);
      told.add(vmid);
      return false;
    }
    held.set(name, { vmid, lock });
    await writeDown(name, lock);
    return true;
  };
  const firstUnheld = async (vmids: readonly number[]): Promise<number | undefined> => {
    for (const vmid of vmids)
      if (await unlessLocked(join(folder, String(vmid)), () => Promise.resolve())) return vmid;
    return undefined;
  };
  return {
    claimantOf: vmid => readOwn(join(folder, String(vmid))),
    claimVmid: async (name, vmids) => {
      const before = held.get(name);
      if (before !== undefined && vmids.includes(before.vmid)) return before.vmid;
      await before?.lock.close();
      await privateDirectory(folder);
      const others = new Set([...held.values()].map(({ vmid }) => vmid));
      for (const vmid of await inTurn(folder, name, vmids))
        if (!others.has(vmid) && (await claim(name, vmid))) return vmid;
      return undefined;
    },
    keepVmid: (name, vmids) =>
      withLocks(folder, ['keep'], async () => {
        const kept = await keptIn(folder);
        const own = kept.find(one => one.name === name && vmids.includes(one.vmid));
        if (own !== undefined) return own.vmid;
        const vmid = await firstUnheld(await inTurn(folder, name, vmids));
        const now = [...kept, ...(vmid === undefined ? [] : [{ vmid, name, since: Date.now() }])];
        await writeAtomically(join(folder, 'kept'), JSON.stringify(now), 0o600);
        return vmid;
      }),
    holdName: async name => {
      await privateDirectory(folder);
      if (!names.has(name)) names.set(name, await holdLock(join(folder, `name-${name}`)));
    },
  };
}

/** Whose VMID it is: a creation that dies early leaves no other sign of it. */
async function writeDown(name: string, lock: FileHandle): Promise<void> {
  await lock.truncate();
  await lock.write(name, 0);
}
