import type { VmRecord } from './guest.ts';
import { readMarker } from './marker.ts';
import type { Storage } from '../text/storage-config.ts';
import { driveKeys } from '../text/vm-config.ts';
import { driveVolume, type VolumeId } from '../text/volume-id.ts';

/**
 * VMs whose disks stand on those of a template. Directories and ZFS say so in the volume's name; LVM-thin does not, so
 * there whoever bears the mark of a clone counts, a full copy among them: better refused once than lost.
 */
export function linkedClones(
  template: VmRecord,
  others: readonly VmRecord[],
  storages: readonly Storage[],
): readonly VmRecord[] {
  const bases = volumesOf(template).filter(({ isBase }) => isBase);
  const names = new Set(bases.map(({ storage, name }) => `${storage}:${name}`));
  const silent = new Set(
    bases.map(({ storage }) => storage).filter(id => storages.find(one => one.id === id)?.type === 'lvmthin'),
  );
  return others.filter(other => {
    if (other.vmid === template.vmid) return false;
    const volumes = volumesOf(other);
    const marker = readMarker(other.config.get('description'), other.vmid);
    return (
      volumes.some(({ base }) => base !== undefined && names.has(base)) ||
      (marker?.clonedFrom === template.vmid && volumes.some(({ storage }) => silent.has(storage)))
    );
  });
}

const volumesOf = ({ config }: VmRecord): readonly VolumeId[] =>
  driveKeys(config)
    .map(key => driveVolume(config.get(key) ?? ''))
    .filter(volume => volume !== undefined);
