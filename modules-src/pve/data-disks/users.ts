import type { VmRecord } from '../vms/guest.ts';
import { allVolumes, volumesIn, type HeldVolume } from '../vms/volumes.ts';
import { isHolder } from './holder.ts';
import { dataDiskName } from './volume.ts';

/**
 * VMs besides that one that have the data disk of that name, now, from their next start on, or in a snapshot. Their holder is
 * none: `qm rescan` writes its volumes into it as `unusedN`, which opens no disk.
 */
export const usersOf = (
  name: string,
  holder: number,
  except: number,
  vms: readonly VmRecord[],
): readonly VmRecord[] =>
  vms.filter(
    ({ vmid, config }) =>
      vmid !== except &&
      vmid !== holder &&
      allVolumes(config).some(({ volume }) => dataDiskName(volume, holder) === name),
  );

/** A data disk, and where it stands in a configuration. */
export interface HeldDataDisk extends HeldVolume {
  readonly name: string;
}

/** The data disks that a VM has, or will have from its next start on. */
export const dataDisksOf = (record: VmRecord, vms: readonly VmRecord[]): readonly HeldDataDisk[] =>
  dataDisksIn(new Map([...record.config, ...record.config.pending]), vms);

/** Those that its snapshots hold. */
export const dataDisksInSnapshots = (
  { config }: VmRecord,
  vms: readonly VmRecord[],
): readonly HeldDataDisk[] => config.snapshotValues.flatMap(section => dataDisksIn(section, vms));

function dataDisksIn(
  section: ReadonlyMap<string, string>,
  vms: readonly VmRecord[],
): readonly HeldDataDisk[] {
  const holders = new Set(vms.filter(isHolder).map(({ vmid }) => vmid));
  return volumesIn(section).flatMap(held => {
    const { vmid } = held.volume;
    const name = vmid !== undefined && holders.has(vmid) ? dataDiskName(held.volume, vmid) : undefined;
    return name === undefined ? [] : [{ ...held, name }];
  });
}
