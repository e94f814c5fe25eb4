import { isFileStorage, type Storage } from '../text/storage-config.ts';
import { driveVolume, type VolumeId } from '../text/volume-id.ts';

/** A data disk that there is: the name of its volume has its own, so that nothing else needs to know of it. */
export const dataDiskName = ({ vmid, file }: VolumeId, holder: number): string | undefined =>
  vmid === holder ? /^vm-\d+-(.+?)(?:\.(?:raw|qcow2|vmdk))?$/.exec(file)?.[1] : undefined;

/** The same of what stands in a VM's slot. */
export function attachedName(drive: string, holder: number): string | undefined {
  const volume = driveVolume(drive);
  return volume === undefined ? undefined : dataDiskName(volume, holder);
}

/** Volume of a data disk that is to be made. */
export const newDataVolume = (
  holder: number,
  name: string,
  storage: Storage,
  format: 'raw' | 'qcow2' = 'raw',
): string =>
  isFileStorage(storage)
    ? `${storage.id}:${holder}/vm-${holder}-${name}.${format}`
    : `${storage.id}:vm-${holder}-${name}`;
