import { readFileSync, writeSync } from 'node:fs';
import { reachStep } from '../runtime/faults.ts';
import { messageOf } from '../runtime/failure.ts';
import { countedWarnings, sendWarningsToStandardOutput } from '../runtime/output.ts';
import type { TaskResult } from './start.ts';
import { logTask } from './log.ts';
import type { TaskPayload } from './payload.ts';
import { upidOfThisProcess } from './upid.ts';

/** What workers can do, by kind of task. */
export type Tasks = Readonly<Record<string, (payload: TaskPayload) => Promise<void> | void>>;

const RESULT_DESCRIPTOR = 3;

/** The life of a worker: reads its order, works, reports how it ended. */
export async function workAsTask(tasks: Tasks, kind: string, id: string): Promise<void> {
  const upid = upidOfThisProcess({ kind, id });
  process.title = `task ${upid}`;
  sendWarningsToStandardOutput();
  reachStep('started');
  const status = await work(tasks, kind);
  logTask({ upid, endTime: Math.floor(Date.now() / 1000), status });
  report({ upid, status });
}

async function work(tasks: Tasks, kind: string): Promise<string> {
  const task = tasks[kind];
  if (!task) return `unknown task ${kind}`;
  try {
    // The order was written by our own parent process.
    await task(JSON.parse(readFileSync(0, 'utf8')) as TaskPayload);
  } catch (error) {
    return messageOf(error);
  }
  return countedWarnings() > 0 ? `WARNINGS: ${countedWarnings()}` : 'OK';
}

function report(result: TaskResult): void {
  try {
    writeSync(RESULT_DESCRIPTOR, JSON.stringify(result));
  } catch {
    // The parent was killed; there is nobody left to tell.
  }
}
