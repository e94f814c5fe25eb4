import { readFailure } from '../../pve/text/failure.ts';
import { fieldsOf } from '../../sdk/dictionary.ts';
import { StepError } from '../../sdk/step-error.ts';
import { pause } from '../../system/pause.ts';
import { ApiFailure } from './failure.ts';
import type { Client } from './client.ts';
import { patiently, TRIES_OF_TASK } from './patience.ts';

/** Seconds between two looks at a task: most end within a tenth of a second. */
const FIRST_PAUSE = 0.02;
const LONGEST_PAUSE = 1;
/** Its end is seen late by at most a sixth of the time that it took. */
const GROWTH = 1.2;

/** How a task ended well. */
export interface TaskEnd {
  /** Lines of its log that begin with WARN, where it ended with warnings. */
  readonly warnings: readonly string[];
}

/** `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hexadecimal. */
export const isUpid = (answer: unknown): answer is string =>
  typeof answer === 'string' && /^UPID:[^:]+:(?:[0-9A-Fa-f]+:){3}[^:]*:[^:]*:[^:]+:$/.test(answer);

/** Waits for the end of a task. @throws StepError with the reason that the task gives */
export async function waitForTask(client: Client, upid: string, what: string): Promise<TaskEnd> {
  const path = `/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}`;
  const look = (): Promise<unknown> => client.call({ method: 'GET', path: `${path}/status`, fields: {} });
  for (let seconds = FIRST_PAUSE; ; seconds = Math.min(LONGEST_PAUSE, seconds * GROWTH)) {
    const { status, exitstatus } = fieldsOf(await patiently(look, TRIES_OF_TASK).catch(unlessGone));
    if (status !== 'running')
      return endOf(client, path, typeof exitstatus === 'string' ? exitstatus : '', what);
    await pause(seconds);
  }
}

/** The node has no record of it any more. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof ApiFailure) || !/no such task/.test(error.message)) throw error;
}

async function endOf(client: Client, path: string, exitstatus: string, what: string): Promise<TaskEnd> {
  if (exitstatus === 'OK') return { warnings: [] };
  if (/^WARNINGS: \d+$/.test(exitstatus)) return { warnings: await warningsIn(client, path, exitstatus) };
  if (exitstatus === 'unexpected status' || exitstatus === '')
    // The worker was killed: whether it did its work is for the next look to tell.
    throw new StepError(`${what}: its worker was lost`, true);
  const { reason, transient } = readFailure(exitstatus, '');
  throw new StepError(`${what}: ${reason}`, transient);
}

/** What it was to do is done, whether its log can be read or not. */
async function warningsIn(client: Client, path: string, exitstatus: string): Promise<readonly string[]> {
  const log = await client.get(`${path}/log?limit=0`).catch((error: unknown) => {
    if (!(error instanceof StepError)) throw error;
  });
  const lines = Array.isArray(log) ? log.map(line => String(fieldsOf(line)['t'])) : [];
  const warnings = lines.filter(text => text.startsWith('WARN'));
  return warnings.length === 0 ? [`${exitstatus}, and its log cannot be read`] : warnings;
}
