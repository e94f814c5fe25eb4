import { readFailure } from '../../pve/text/failure.ts';
import { pause } from '../../system/pause.ts';
import { ApiFailure } from './failure.ts';
import type { Client } from './client.ts';

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

/** Waits for the end of a task. @throws ApiFailure with the reason that the task gives */
export async function waitForTask(client: Client, upid: string, what: string): Promise<TaskEnd> {
  const path = `/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}`;
  for (let seconds = FIRST_PAUSE; ; seconds = Math.min(LONGEST_PAUSE, seconds * GROWTH)) {
    const { status, exitstatus } = statusOf(await client.get(`${path}/status`));
    if (status !== 'running') return endOf(client, path, exitstatus, what);
    await pause(seconds);
  }
}

function statusOf(answer: unknown): Readonly<Record<'status' | 'exitstatus', string>> {
  const { status, exitstatus } = answer as Readonly<Record<string, unknown>>;
  return { status: String(status), exitstatus: typeof exitstatus === 'string' ? exitstatus : '' };
}

async function endOf(client: Client, path: string, exitstatus: string, what: string): Promise<TaskEnd> {
  if (exitstatus === 'OK') return { warnings: [] };
  if (/^WARNINGS: \d+$/.test(exitstatus)) return { warnings: await warningsIn(client, path) };
  if (exitstatus === 'unexpected status' || exitstatus === '')
    // The worker was killed: whether it did its work is for the next look to tell.
    throw new ApiFailure(`${what}: its worker was lost`, true);
  const { reason, transient } = readFailure(exitstatus, '');
  throw new ApiFailure(`${what}: ${reason}`, transient);
}

async function warningsIn(client: Client, path: string): Promise<readonly string[]> {
  const lines = (await client.get(`${path}/log?limit=0`)) as readonly { readonly t: string }[];
  return lines.map(({ t }) => t).filter(text => text.startsWith('WARN'));
}
