import { isAlive } from './log.ts';
import type { Upid } from './upid.ts';

/** A worker that is told to stop has this long to clean up. */
const SECONDS_TO_STOP = 5;

/** Ends a task: the worker and what it started are told so, and killed when they do not listen. */
export async function endTask(task: Upid): Promise<void> {
  if (!isAlive(task)) return;
  signal(task, 'SIGTERM');
  const deadline = Date.now() + SECONDS_TO_STOP * 1000;
  while (isAlive(task)) {
    if (Date.now() > deadline) signal(task, 'SIGKILL');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

// A worker leads a group of its own, unless a command waits for it.
function signal({ pid }: Upid, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    process.kill(pid, name);
  }
}
