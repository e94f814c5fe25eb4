import { dataDiskName } from '../../pve/data-disks/volume.ts';
import { parseProperties } from '../../pve/text/property-string.ts';
import { formatSize, parseSize } from '../../pve/text/size.ts';
import { nextValues, parseVmConfig } from '../../pve/text/vm-config.ts';
import { driveVolume } from '../../pve/text/volume-id.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { sizeOf } from './change.ts';
import type { Observed } from './observe.ts';
import { labelOf, wishesOf, type Wanted } from './wish.ts';

/** What is not as declared although nothing is done about it. */
export function dataDiskNotices(
  wanted: Wanted,
  { vm: { record } }: Observed,
): {
  readonly warnings: readonly string[];
} {
  if (record === undefined) return { warnings: [] };
  const { config } = record;
  return {
    warnings: wishesOf(wanted).flatMap(wish => {
      const [target, found] = [parseSize(wish.size ?? ''), sizeOf(config, wish.slot)];
      const waits = config.pending.has(wish.slot)
        ? [`data disk ${wish.name} of ${labelOf(wanted)}: set, and waits for the next start of the VM`]
        : [];
      if (target === undefined || found === undefined || found <= target) return waits;
      return [
        ...waits,
        `data disk ${wish.name} of ${labelOf(wanted)} has ${formatSize(found)}, more than the wanted ${formatSize(target)}: it is never shrunk`,
      ];
    }),
  };
}

export const dataDiskReport = (wanted: Wanted, { vm }: Observed): Readonly<Record<string, unknown>> => ({
  data_disks: Object.fromEntries(
    wishesOf(wanted).flatMap(({ slot, name, holder }) => {
      const drive = nextValues(vm.record?.config ?? parseVmConfig('')).get(slot) ?? '';
      const volume = driveVolume(drive);
      if (volume === undefined || dataDiskName(volume, holder) !== name) return [];
      return [[slot, { name, volume: idOf(volume), size: parseProperties(drive, 'file').get('size') ?? '' }]];
    }),
  ),
});
