import { isBeingMade } from '../pve/vms/begun.ts';
import type { GuestReading } from '../sdk/readings.ts';
import { pause } from '../system/pause.ts';

/** Proxmox VE locks what it makes before it has started the task: for so long, in tenths of a second, one may follow. */
const LOOKS = 50;

/** What this run has begun is judged by its note. */
const isMadeByOthers = ({ text, begunAs }: GuestReading): boolean =>
  begunAs === undefined && isBeingMade(text);

/** How a door sees a VM. */
interface Eyes {
  readonly read: () => Promise<GuestReading | undefined>;
  /** Waits until what others do there is done; answers whether anybody was at work. */
  readonly othersDone: () => Promise<boolean>;
}

/**
 * What this run works on (`own`, by VMID) is judged only when nobody else is making it, which no lock between runs
 * shows: it is made by the other door, or by hand. A lock without work is what an interrupted run has left.
 */
export async function readWhenMade(
  own: Set<number>,
  vmid: number,
  { read, othersDone }: Eyes,
): Promise<GuestReading | undefined> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const found = await read();
    if (!own.has(vmid) || found === undefined || !isMadeByOthers(found)) return found;
    if (!(await othersDone())) await pause(0.1);
  }
  // Waited for in vain once is enough.
  own.delete(vmid);
  return read();
}
