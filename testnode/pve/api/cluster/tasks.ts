import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { endedTasks, runningTasks } from '../../tasks/log.ts';
import { without } from '../without.ts';
import { isOwnTask } from '../tasks/own.ts';

const TASKS_SHOWN = 25;

/** The last tasks of the cluster, those of others only for who may look at it all. */
export function clusterTasks(_parameters: Parameters, caller: Caller): readonly object[] {
  const maySeeAll = caller.may('/', 'Sys.Audit');
  const running = runningTasks().map(task => ({ ...task, saved: '0' }));
  const ended = endedTasks().map(task => ({ ...task, saved: '1' }));
  return [...running, ...ended]
    .filter(task => maySeeAll || isOwnTask(task, caller))
    .slice(0, TASKS_SHOWN)
    .map(task => without(task, 'pid', 'pstart'));
}
