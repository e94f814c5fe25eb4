import { burn } from './call-cost.ts';
import { nodeSettings } from './settings.ts';

/** Seconds of processor time, as measured on the daemons of 9.2: of a task with the call that starts it. */
const TASKS: Readonly<Record<string, number>> = {
  qmclone: 0.155,
  qmcreate: 0.051,
  qmdestroy: 0.052,
  qmtemplate: 0.067,
  resize: 0.085,
};
const ANOTHER_TASK = 0.05;
const READ = 0.0012;
const CHANGE = 0.015;
const PROCESS_START: NodeJS.CpuUsage = { user: 0, system: 0 };

/** Does a call that starts no task at the cost that the real daemons have, when the settings ask for it. */
export async function atCostOfCall<T>(method: string, call: () => Promise<T>): Promise<T> {
  const start = process.cpuUsage();
  const answer = await call();
  burn(nodeSettings().restCost * (method === 'GET' ? READ : CHANGE), start);
  return answer;
}

/** Makes a worker, which lives for one task, as costly as a real one. */
export function spendOnTask(kind: string): void {
  burn(nodeSettings().restCost * (TASKS[kind] ?? ANOTHER_TASK), PROCESS_START);
}
