import { isCdrom, isCloudInitDrive, type VmConfig } from '../text/vm-config.ts';
import { driveVolume, type VolumeId } from '../text/volume-id.ts';

/** Everything that may name a volume of a VM. */
const HOLDER = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+|vmstate)$/;

/** A volume of a configuration, and where it stands in it. */
export interface HeldVolume {
  readonly key: string;
  readonly drive: string;
  readonly volume: VolumeId;
}

/** The volumes that a section names, those in `unusedN` too; no discs of others. */
export function volumesIn(section: ReadonlyMap<string, string>): readonly HeldVolume[] {
  return [...section].flatMap(([key, drive]) => {
    const volume = HOLDER.test(key) && !isDisc(drive) ? driveVolume(drive) : undefined;
    return volume === undefined ? [] : [{ key, drive, volume }];
  });
}

const isDisc = (drive: string): boolean => isCdrom(drive) && !isCloudInitDrive(drive);

/** The volumes that a VM names anywhere: now, from its next start on, and in its snapshots. */
export const allVolumes = (config: VmConfig): readonly HeldVolume[] =>
  [config, config.pending, ...config.snapshotValues].flatMap(volumesIn);

export const idOf = ({ storage, name }: VolumeId): string => `${storage}:${name}`;

/** What PVE removes with a VM: of the volumes that it names now or in a snapshot, those that bear its VMID. */
export const goingVolumes = (vmid: number, config: VmConfig): readonly string[] => [
  ...new Set(
    [config, ...config.snapshotValues]
      .flatMap(volumesIn)
      .filter(({ volume }) => volume.vmid === vmid)
      .map(({ volume }) => idOf(volume)),
  ),
];

/** Bytes of the disks that those settings make, by their slots; 0 where PVE chooses the size. */
export function newDisks(settings: ReadonlyMap<string, string>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...settings].flatMap(([key, drive]) => {
      const gib = HOLDER.test(key) ? /^(?:file=)?[^:/,]+:(\d+(?:\.\d+)?)(?:,|$)/.exec(drive)?.[1] : undefined;
      if (gib === undefined) return [];
      return [[key, /^(?:efidisk|tpmstate)/.test(key) ? 0 : Math.round(Number(gib) * 1024 ** 3)] as const];
    }),
  );
}
