import { StepError } from '../../sdk/step-error.ts';
import { pause } from '../../system/pause.ts';
import { fieldsOf, listOf, type Api } from '../api.ts';
import { waitForTask } from '../client/task.ts';
import { tasksIn, type Task } from './tasks.ts';

/** Proxmox VE locks what it makes before it has started the task: for so long, in tenths of a second, one may follow. */
const LOOKS = 10;

/**
 * Waits until what another controller makes under one of those names is made: of it nothing is known here but the lock of
 * its VM and the task. A lock without a task is what an interrupted run has left.
 */
export const untilMade = (api: Api, names: readonly string[]): Promise<unknown> =>
  // Whatever stands in the way of asking is for the work itself to tell.
  lookForMakers(api, names).catch(unlessFailure);

async function lookForMakers(api: Api, names: readonly string[]): Promise<void> {
  const vmids = names.flatMap(name => /^vm-(\d+)$/.exec(name)?.[1] ?? []);
  for (let looks = 0; vmids.length > 0 && looks < LOOKS; looks += 1) {
    const locked = (await beingMade(api)).filter(vmid => vmids.includes(vmid));
    if (locked.length === 0) return;
    const tasks = await makers(api, locked);
    for (const { upid } of tasks) await ended(api, upid);
    if (tasks.length > 0) return;
    await pause(0.1);
  }
}

const beingMade = async ({ client, node }: Api): Promise<readonly string[]> =>
  listOf(await client.get(`/nodes/${node}/qemu`))
    .map(fieldsOf)
    .filter(({ lock }) => lock === 'create' || lock === 'clone')
    .map(({ vmid }) => String(vmid));

/** A clone's task has the number of its source alone, so it may be any. */
async function makers({ client, node }: Api, vmids: readonly string[]): Promise<readonly Task[]> {
  const active = tasksIn(await client.get(`/nodes/${node}/tasks?source=active`));
  return active.filter(({ type, id }) => type === 'qmclone' || (type === 'qmcreate' && vmids.includes(id)));
}

/** How it ended is seen by what it has left. */
export const ended = ({ client }: Api, upid: string): Promise<unknown> =>
  waitForTask(client, upid, upid).catch(unlessFailure);

function unlessFailure(error: unknown): undefined {
  if (!(error instanceof StepError)) throw error;
}
