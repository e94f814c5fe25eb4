import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { isSet } from '../../cli/command.ts';
import { splitList } from '../../schema/split-list.ts';
import { endedTasks, runningTasks } from '../../tasks/log.ts';
import type { EndedTask } from '../../tasks/log.ts';
import type { Upid } from '../../tasks/upid.ts';
import { Answer } from '../answer.ts';
import { nodeOf } from '../local-node.ts';
import { isOwnTask } from './own.ts';
import { shownTask } from './shown.ts';

const TASKS_SHOWN = 50;

/** A task in the list; one that runs has no end. */
type ListedTask = Upid & { readonly status: string; readonly endtime?: number; readonly saved?: string };

/** Tasks of this node, the newest first: by default only those that have ended. */
export function listTasks(parameters: Parameters, caller: Caller): Answer {
  const maySeeAll = caller.may(`/nodes/${nodeOf(parameters)}`, 'Sys.Audit');
  const found = tasksOf(parameters.get('source') ?? 'archive').filter(
    task => (maySeeAll || isOwnTask(task, caller)) && matches(task, parameters),
  );
  const start = Number(parameters.get('start') ?? 0);
  const limit = Number(parameters.get('limit') ?? TASKS_SHOWN);
  const shown = limit === 0 ? found.slice(start) : found.slice(start, start + limit);
  return new Answer(shown.map(shownTask), found.length === 0 ? {} : { total: found.length });
}

function tasksOf(source: string): readonly ListedTask[] {
  const running = runningTasks().map(task => ({ ...task, status: 'RUNNING', saved: '0' }));
  const ended = source === 'active' ? [] : endedTasks();
  return source === 'archive' ? ended : [...running, ...ended];
}

function matches(task: ListedTask, parameters: Parameters): boolean {
  const [vmid, type, user] = ['vmid', 'typefilter', 'userfilter'].map(name => parameters.get(name));
  const states = splitList(parameters.get('statusfilter') ?? '');
  const since = Number(parameters.get('since') ?? -Infinity);
  const until = Number(parameters.get('until') ?? Infinity);
  return (
    (vmid === undefined || task.id === vmid) &&
    (type === undefined || task.type === type) &&
    (user === undefined || task.user.includes(user)) &&
    task.starttime >= since &&
    task.starttime <= until &&
    (!isSet(parameters, 'errors') || task.status !== 'OK') &&
    (states.length === 0 || states.includes(kindOf(task.status)))
  );
}

/** The kind of an end, as filters name it. */
function kindOf(status: EndedTask['status']): string {
  if (status === 'OK') return 'ok';
  if (status.startsWith('WARNINGS: ')) return 'warning';
  return status === 'unexpected status' ? 'unknown' : 'error';
}
