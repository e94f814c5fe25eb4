import { driveDifference } from '../../pve/settings/drives.ts';
import { growStep } from '../../pve/settings/growth.ts';
import { parseSize } from '../../pve/text/size.ts';
import { nextValues, type VmConfig } from '../../pve/text/vm-config.ts';
import { driveSize, driveVolume } from '../../pve/text/volume-id.ts';
import { idOf } from '../../pve/vms/volumes.ts';
import { qm, type Step } from '../../sdk/step.ts';
import { withOptions, type Wanted, type Wish } from './wish.ts';

/** Options and size of a disk that is attached. */
export function changeSteps(wanted: Wanted, wish: Wish, config: VmConfig): Step[] {
  const { slot, name } = wish;
  const found = nextValues(config).get(slot) ?? '';
  const volume = driveVolume(found);
  const { text } = driveDifference(slot, withOptions(volume === undefined ? '' : idOf(volume), wish), found);
  const drives: Step[] =
    text === undefined
      ? []
      : [
          {
            summary: `set options of data disk ${name}`,
            action: qm('set', wanted.vmid, { [slot]: text }),
            changes: [{ key: slot, before: found, after: text }],
          },
        ];
  return [...drives, ...growSteps(wanted, wish, config)];
}

/** Bytes of a disk that is attached now; one that waits for the next start is grown after that. */
export const sizeOf = (config: VmConfig, slot: string): number | undefined =>
  driveSize(config.get(slot) ?? '');

function growSteps({ vmid }: Wanted, { slot, name, size }: Wish, config: VmConfig): Step[] {
  const [target, found] = [parseSize(size ?? ''), sizeOf(config, slot)];
  if (target === undefined || found === undefined || found >= target) return [];
  return [growStep(vmid, { disk: slot, current: found, target }, `data disk ${name}`)];
}
