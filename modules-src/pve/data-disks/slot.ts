import { driveVolume } from '../text/volume-id.ts';
import type { Kept } from '../vms/removal.ts';
import { idOf } from '../vms/volumes.ts';
import type { DataDiskKeys } from './options.ts';
import { attachedName } from './volume.ts';

/** The data disks of a VM as they are declared. */
export interface Declared {
  readonly disks: Readonly<Record<string, Pick<DataDiskKeys, 'name'>>>;
  readonly holder: number;
  /** Where the VM has its number already. */
  readonly vmid: number | undefined;
}

/** Why the disk of a slot cannot be there: its name stands once in the declaration, and nothing else is in its slot. */
export function slotFault(
  slot: string,
  { disks, holder, vmid }: Declared,
  values: ReadonlyMap<string, string>,
): Kept | undefined {
  const name = disks[slot]?.name;
  const twin = Object.keys(disks).find(other => other !== slot && disks[other]?.name === name);
  if (twin !== undefined)
    return { why: `it is declared for ${twin}, too`, remedy: 'give each disk a name of its own' };
  const detach = (key: string): string => `\`qm set ${vmid ?? ''} --delete ${key}\``;
  const elsewhere = [...values].find(([key, drive]) => key !== slot && attachedName(drive, holder) === name);
  if (elsewhere !== undefined)
    return {
      why: `the VM has it as ${elsewhere[0]}`,
      remedy: `declare it there, or detach it with ${detach(elsewhere[0])}`,
    };
  const drive = values.get(slot);
  const found = drive === undefined ? name : attachedName(drive, holder);
  if (drive === undefined || found === name) return undefined;
  const volume = driveVolume(drive);
  return {
    why: `${slot} holds ${volume === undefined ? drive : idOf(volume)}, ${found === undefined ? 'which is no data disk' : `the data disk ${found}`}`,
    remedy: `choose another slot, or detach that one with ${detach(slot)}`,
  };
}
