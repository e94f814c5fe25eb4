import type { VmRecord } from './guest.ts';
import { readMarker } from './marker.ts';
import { allVolumes } from './volumes.ts';
import type { Storage } from '../text/storage-config.ts';

/**
 * VMs whose disks stand on those of a template, in use, detached or in a snapshot. Directories and ZFS name the base image
 * in the volume, and the base image its owner; LVM-thin names nothing, so there whoever bears the mark of a clone counts,
 * a full copy among them: better refused once than lost.
 */
export function linkedClones(
  template: VmRecord,
  others: readonly VmRecord[],
  storages: readonly Storage[],
): readonly VmRecord[] {
  const silent = new Set(
    allVolumes(template.config)
      .filter(({ volume }) => volume.isBase)
      .map(({ volume }) => volume.storage)
      .filter(id => storages.find(one => one.id === id)?.type === 'lvmthin'),
  );
  return others.filter(({ vmid, config }) => {
    if (vmid === template.vmid) return false;
    const volumes = allVolumes(config).map(({ volume }) => volume);
    const marker = readMarker(config.get('description'), vmid);
    return (
      volumes.some(({ baseVmid }) => baseVmid === template.vmid) ||
      (marker?.clonedFrom === template.vmid && volumes.some(({ storage }) => silent.has(storage)))
    );
  });
}
