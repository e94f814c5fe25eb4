import { PveFailure } from '../../runtime/failure.ts';
import { exitStatusOf } from '../../tasks/log.ts';
import { parseUpid } from '../../tasks/upid.ts';

const MILLISECONDS_BETWEEN = 20;

/** Waits for a task that was just started, at most so long: true when it has ended well; fails when it has not. */
export async function waitFor(upid: string, seconds: number, failed: string): Promise<boolean> {
  const task = parseUpid(upid);
  const deadline = Date.now() + seconds * 1000;
  while (task && Date.now() < deadline) {
    const status = exitStatusOf(task);
    if (status === 'OK' || status?.startsWith('WARNINGS: ')) return true;
    if (status !== undefined) throw new PveFailure(`${failed}: ${status}`);
    await new Promise(resolve => setTimeout(resolve, MILLISECONDS_BETWEEN));
  }
  return false;
}
