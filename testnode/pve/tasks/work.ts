import { readFileSync, writeSync } from 'node:fs';
import { reachStep } from '../runtime/faults.ts';
import { messageOf } from '../runtime/failure.ts';
import { countedWarnings, outputOfWorkerTo } from '../runtime/output.ts';
import { spendOnTask } from '../runtime/rest-cost.ts';
import { closeTaskLog, openTaskLog } from './log.ts';
import type { TaskPayload } from './payload.ts';
import { beginSession } from './session.ts';
import { BY_API, RUNNING } from './start.ts';
import type { TaskResult } from './start.ts';
import { upidOfThisProcess } from './upid.ts';

/** What workers can do, by kind of task. */
export type Tasks = Readonly<Record<string, (payload: TaskPayload) => Promise<void> | void>>;

const RESULT_DESCRIPTOR = 3;

/** The life of a worker: says who it is, reads its order, works, says how it ended. */
export async function workAsTask(tasks: Tasks, argv: readonly string[]): Promise<void> {
  const [kind = '', id = '', user = 'root@pam', way] = argv;
  beginSession({ user, isByApi: way === BY_API });
  const upid = upidOfThisProcess({ kind, id });
  process.title = `task ${upid}`;
  outputOfWorkerTo(openTaskLog(upid));
  report({ upid, status: RUNNING });
  onInterrupt(upid);
  if (way === BY_API) spendOnTask(kind);
  reachStep('started');
  const status = await work(tasks, kind);
  closeTaskLog(upid, status);
  report({ upid, status });
  // What it had started may go on: nobody waits for that.
  process.exit();
}

// Where nothing is going on that would end in an orderly way by itself.
function onInterrupt(upid: string): void {
  const interrupt = (name: NodeJS.Signals): void => {
    if (process.listenerCount(name) > 1) return;
    closeTaskLog(upid, 'received interrupt');
    process.exit(1);
  };
  process.on('SIGTERM', interrupt).on('SIGINT', interrupt);
}

async function work(tasks: Tasks, kind: string): Promise<string> {
  const task = tasks[kind];
  if (!task) return `unknown task ${kind}`;
  try {
    // The order was written by our own parent process.
    await task(JSON.parse(readFileSync(0, 'utf8')) as TaskPayload);
  } catch (error) {
    return messageOf(error).trimEnd().replace(/\n/g, ' ');
  }
  return countedWarnings() > 0 ? `WARNINGS: ${countedWarnings()}` : 'OK';
}

function report(result: TaskResult): void {
  try {
    writeSync(RESULT_DESCRIPTOR, `${JSON.stringify(result)}\n`);
  } catch {
    // The parent was killed; there is nobody left to tell.
  }
}
