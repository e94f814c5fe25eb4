import type { ClusterAction, QmAction } from '../../sdk/step.ts';
import { targetOf } from '../../pve/vms/begun.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { placeOf, type Api } from '../api.ts';
import { restCall, type RestCall } from '../client/rest-call.ts';
import { waitForAnswer } from '../answer.ts';
import { forgetBegun, noteBegun } from './begun.ts';
import { untilMade } from './others.ts';

/** Does an operation and waits for its end. */
export const qm = (api: Api, action: ClusterAction): Promise<void> | undefined =>
  action.kind === 'qm' ? runQm(api, action) : undefined;

async function runQm(api: Api, action: QmAction): Promise<void> {
  await noteBegun(api, action);
  await answerTo(api, action);
  const { target } = action.properties;
  if (typeof target === 'string') api.places.set(targetOf(action), target);
  await forgetBegun(api, action);
}

/** Where another controller was faster, what it makes is whole when the failure is told: only then it can be judged. */
async function answerTo(api: Api, action: QmAction): Promise<void> {
  const { verb, vmid } = action;
  try {
    await waitForAnswer(api, await api.client.call(guarded(api, action)), `${verb} ${vmid}`);
  } catch (error) {
    if (verb === 'create' || verb === 'clone') await untilMade(api, [vmLock({ vmid: targetOf(action) })]);
    throw error;
  }
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
