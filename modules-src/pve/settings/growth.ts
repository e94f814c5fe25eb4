import { qm, type Step } from '../../sdk/step.ts';
import { formatSize } from '../text/size.ts';

/** A disk that is smaller than it is to be, in bytes. */
export interface Growth {
  readonly disk: string;
  readonly current: number;
  readonly target: number;
}

/** `called` is what a person calls the disk. */
export function growStep(vmid: number, { disk, current, target }: Growth, called = disk): Step {
  const [before, after] = [formatSize(current), formatSize(target)];
  return {
    summary: `grow ${called} from ${before} to ${after}`,
    action: qm('resize', vmid, { disk, size: after }),
    changes: [{ key: `${disk} size`, before, after, effect: 'live' }],
  };
}
