import { StepError } from '../../sdk/step-error.ts';
import type { Api } from '../api.ts';
import { waitForTask } from '../client/task.ts';
import { tasksIn, type Task } from './tasks.ts';

/** Waits until what another controller makes there is made; answers whether anybody was at work. */
export async function othersDone(api: Api, vmid: number): Promise<boolean> {
  const tasks = await makers(api, vmid);
  for (const { upid } of tasks) await ended(api, upid);
  return tasks.length > 0;
}

/** A clone's task has the VMID of its source alone, so it may be any. */
async function makers({ client, node }: Api, vmid: number): Promise<readonly Task[]> {
  const active = tasksIn(await client.get(`/nodes/${node}/tasks?source=active`));
  return active.filter(({ type, id }) => type === 'qmclone' || (type === 'qmcreate' && id === String(vmid)));
}

/** How it ended is seen by what it has left. */
export const ended = ({ client }: Api, upid: string): Promise<unknown> =>
  waitForTask(client, upid, upid).catch(unlessFailure);

function unlessFailure(error: unknown): undefined {
  if (!(error instanceof StepError)) throw error;
}
