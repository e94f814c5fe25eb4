import { nextValues, type VmConfig } from '../text/vm-config.ts';
import { driveVolume } from '../text/volume-id.ts';
import { allVolumes, idOf, volumesIn, type HeldVolume } from '../vms/volumes.ts';
import type { VmRecord } from '../vms/guest.ts';
import { slotOf, type ReplacementNote } from '../vms/replacement-note.ts';

/**
 * How far a replacement has come: `begun`, the old disk is still in its slot; `tried`, the new one is; `returned`, the old one
 * is there again, and what has failed is still to go.
 */
export type ReplacementStage = 'begun' | 'tried' | 'returned';

export function stageOf(note: ReplacementNote, config: VmConfig): ReplacementStage {
  if (note.failed !== undefined) return 'returned';
  const disk = slotOf(note);
  return volumeIn(disk, nextValues(config)) === volumeOf(note.drives[disk]) ? 'begun' : 'tried';
}

/** The volume of a drive, as Proxmox VE calls it. */
function volumeOf(drive = ''): string | undefined {
  const volume = driveVolume(drive);
  return volume && idOf(volume);
}

export const volumeIn = (slot: string, values: ReadonlyMap<string, string>): string | undefined =>
  volumeOf(values.get(slot));

export const oldVolumes = ({ drives }: ReplacementNote): readonly string[] =>
  Object.values(drives).flatMap(drive => volumeOf(drive) ?? []);

/** The `unusedN` of each of those volumes that may go: it bears the VM's VMID, and nothing else names it. */
export function unusedOf(
  { vmid, config }: VmRecord,
  volumes: readonly string[],
  others: readonly VmRecord[],
): readonly { readonly key: string; readonly volume: string }[] {
  const elsewhere = others.filter(other => other.vmid !== vmid).flatMap(other => allVolumes(other.config));
  const names = ({ volume }: HeldVolume): string => idOf(volume);
  return volumesIn(config).flatMap(held => {
    const volume = idOf(held.volume);
    const isIt = held.key.startsWith('unused') && volumes.includes(volume) && held.volume.vmid === vmid;
    if (!isIt || elsewhere.some(other => names(other) === volume)) return [];
    const uses = allVolumes(config).filter(other => names(other) === volume);
    return uses.length === 1 ? [{ key: held.key, volume }] : [];
  });
}
