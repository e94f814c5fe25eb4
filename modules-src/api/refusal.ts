import { rootOnlySettings } from '../pve/settings/root-only.ts';
import type { Refusal } from '../sdk/cluster.ts';
import type { Permissions } from '../sdk/facts.ts';
import { qmOf, type ClusterAction } from '../sdk/step.ts';
import type { Api } from './api.ts';
import { lackingFor, lackText } from './needs.ts';

const OTHER_WAYS = 'go by SSH, or log in as root@pam with its password';

/** What the API does for nobody, or not for who asks: what that one may is asked only where there is something to do. */
export async function refusalOf(
  api: Pick<Api, 'isRoot' | 'configs'>,
  actions: readonly ClusterAction[],
  readHeld: () => Promise<Permissions>,
): Promise<Refusal | undefined> {
  for (const action of actions) {
    const why = impossible(api, action);
    if (why !== undefined) return { action, why };
  }
  if (api.isRoot || actions.length === 0) return undefined;
  const lacking = lackingFor(api, actions, await readHeld());
  const action = actions.find((_, index) => lacking[index]?.length);
  return action && { action, why: lackText(lacking.flat()) };
}

function impossible({ isRoot }: Pick<Api, 'isRoot'>, action: ClusterAction): string | undefined {
  if (action.kind === 'put-snippet') return `the API writes no snippets (${action.volume}); go by SSH`;
  const operation = qmOf(action);
  if (operation === undefined || isRoot) return undefined;
  if (operation.verb === 'destroy' && operation.properties['skiplock'] === true)
    return `what a lost creation has left is locked, and no token may remove it; on its node, run \`qm unlock ${operation.vmid} && qm destroy ${operation.vmid}\`, or log in as root@pam with its password`;
  const [first] = rootOnlySettings(operation);
  if (first === undefined) return undefined;
  const { option, reason, instead } = first;
  return `no token may set ${option}, because ${reason}; ${instead === undefined ? '' : `use ${instead}, or `}${OTHER_WAYS}`;
}
