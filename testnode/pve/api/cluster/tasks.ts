import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { endedTasks, runningTasks } from '../../tasks/log.ts';
import { without } from '../without.ts';
import { isOwnTask } from '../tasks/own.ts';
import { shownTask } from '../tasks/shown.ts';

const TASKS_SHOWN = 25;

/** The last tasks of the cluster, those of others only for who may look at it all. */
export function clusterTasks(_parameters: Parameters, caller: Caller): readonly object[] {
  const maySeeAll = caller.may('/', 'Sys.Audit');
  return [...runningTasks(), ...endedTasks()]
    .filter(task => maySeeAll || isOwnTask(task, caller))
    .slice(0, TASKS_SHOWN)
    .map(task => {
      const hasEnded = 'endtime' in task;
      return {
        ...without(shownTask(task), 'pstart', ...(hasEnded ? ['pid'] : [])),
        ...(hasEnded ? { saved: '1' } : {}),
      };
    });
}
