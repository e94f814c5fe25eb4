import type { ClusterAction, QmAction } from '../../sdk/step.ts';
import { StepError } from '../../sdk/step-error.ts';
import { saysTaken } from '../../pve/text/failure.ts';
import { targetOf } from '../../pve/vms/begun.ts';
import { placeOf, type Api } from '../api.ts';
import { restCall, type RestCall } from '../client/rest-call.ts';
import { waitForAnswer } from '../answer.ts';
import { forgetBegun, forgetNote, noteBegun } from './begun.ts';

/** Does an operation and waits for its end. */
export const qm = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'qm' ? runQm(api, action) : undefined;

async function runQm(api: Api, action: QmAction): Promise<void> {
  const { verb, vmid } = action;
  // Where another controller is faster, what it makes is judged when it is whole.
  api.own.add(targetOf(action));
  await noteBegun(api, action);
  try {
    await waitForAnswer(api, await api.client.call(guarded(api, action)), `${verb} ${vmid}`);
  } catch (error) {
    if (error instanceof StepError && saysTaken(error.message)) await forgetNote(api, targetOf(action));
    throw error;
  }
  const { target } = action.properties;
  if (typeof target === 'string') api.places.set(targetOf(action), target);
  await forgetBegun(api, action);
}

/** With the digest of what was planned on. The first change makes another one, which nobody has looked at yet. */
function guarded(api: Api, action: QmAction): RestCall {
  const { digests } = api;
  const call = restCall(action, placeOf(api, action.vmid));
  const vmid = targetOf(action);
  const digest = action.verb === 'set' || action.verb === 'resize' ? digests.get(vmid) : undefined;
  digests.delete(vmid);
  return digest === undefined ? call : { ...call, fields: { ...call.fields, digest } };
}
