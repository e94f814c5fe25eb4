import { StepError } from '../sdk/step-error.ts';
import type { ClusterAction, QmAction } from '../sdk/step.ts';
import type { Api } from './api.ts';
import { restCall } from './rest-call.ts';
import { isUpid, waitForTask } from './task.ts';

/** Does an operation and waits for its end: an answer with a task's id only says that it was taken. */
export async function perform(api: Api, action: ClusterAction): Promise<void> {
  if (action.kind !== 'qm') throw new StepError(`the API cannot do this (${action.kind}); use SSH`, false);
  const what = `${action.verb} ${action.vmid}`;
  const answer = await api.client.call(restCall(action, api.node));
  if (isUpid(answer)) await waitForTask(api.client, answer, what);
}

/** The call as `pvesh` takes it, without what is set. */
export function showRestCall(action: QmAction, node: string): string {
  const { method, path } = restCall(action, node);
  const verb = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' }[method];
  return `pvesh ${verb} ${path}`;
}
