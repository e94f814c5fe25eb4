import type { Caller } from '../../access/caller.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { localNode } from '../../config/cluster.ts';
import { ParameterFailure } from '../../runtime/failure.ts';
import { exitStatusOf, isAlive, isKnownTask } from '../../tasks/log.ts';
import { parseUpid } from '../../tasks/upid.ts';
import type { Upid } from '../../tasks/upid.ts';
import { nodeOf } from '../local-node.ts';
import { isOwnTask } from './own.ts';

/** A worker that is told to stop has this long to clean up. */
const SECONDS_TO_STOP = 5;

/** Whether a task runs, and how it ended. */
export function showStatus(parameters: Parameters, caller: Caller): object {
  const task = taskOf(parameters);
  assertMay(task, parameters, caller, 'Sys.Audit');
  assertKnown(task);
  const [user = '', tokenid] = task.user.split('!');
  const exitstatus = exitStatusOf(task);
  return {
    ...task,
    user,
    ...(tokenid === undefined ? {} : { tokenid }),
    ...(exitstatus === undefined ? { status: 'running' } : { status: 'stopped', exitstatus }),
  };
}

/** Ends a task: the worker and what it started are told so, and killed when they do not listen. */
export async function stopTask(parameters: Parameters, caller: Caller): Promise<void> {
  const task = taskOf(parameters);
  assertKnown(task);
  assertMay(task, parameters, caller, 'Sys.Modify');
  if (!isAlive(task)) return;
  signal(task, 'SIGTERM');
  const deadline = Date.now() + SECONDS_TO_STOP * 1000;
  while (isAlive(task)) {
    if (Date.now() > deadline) signal(task, 'SIGKILL');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
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

// A worker leads a group of its own, unless a command waits for it.
function signal({ pid }: Upid, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    process.kill(pid, name);
  }
}

function refuse(problem: string): never {
  throw new ParameterFailure([{ parameter: 'upid', problem }]);
}
