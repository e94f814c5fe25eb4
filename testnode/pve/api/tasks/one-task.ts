import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { localNode } from '../../config/cluster.ts';
import { ParameterFailure } from '../../runtime/failure.ts';
import { endTask } from '../../tasks/end.ts';
import { exitStatusOf, isKnownTask } from '../../tasks/log.ts';
import { parseUpid } from '../../tasks/upid.ts';
import type { Upid } from '../../tasks/upid.ts';
import { nodeOf } from '../local-node.ts';
import { isOwnTask } from './own.ts';
import { shownTask } from './shown.ts';

/** Whether a task runs, and how it ended. */
export function showStatus(parameters: Parameters, caller: Caller): object {
  const task = taskOf(parameters);
  assertMay(task, parameters, caller, 'Sys.Audit');
  assertKnown(task);
  const exitstatus = exitStatusOf(task);
  return {
    ...shownTask(task),
    ...(exitstatus === undefined ? { status: 'running' } : { status: 'stopped', exitstatus }),
  };
}

/** Ends a task. */
export async function stopTask(parameters: Parameters, caller: Caller): Promise<void> {
  const task = taskOf(parameters);
  assertKnown(task);
  assertMay(task, parameters, caller, 'Sys.Modify');
  await endTask(task);
}

/** The task of a call's path. */
export function taskOf(parameters: Parameters): Upid {
  return parseUpid(given(parameters, 'upid')) ?? refuse('unable to parse worker upid');
}

/** Others may look at a task, or stop it, only with a privilege on the node. */
export function assertMay(task: Upid, parameters: Parameters, caller: Caller, privilege: string): void {
  if (!isOwnTask(task, caller)) caller.assertAll(`/nodes/${nodeOf(parameters)}`, privilege);
}

function assertKnown(task: Upid): void {
  if (task.node !== localNode() || !isKnownTask(task.upid)) refuse('no such task');
}

function refuse(problem: string): never {
  throw new ParameterFailure([{ parameter: 'upid', problem }]);
}
