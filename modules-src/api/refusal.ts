import { rootOnlySettings } from '../pve/settings/root-only.ts';
import { qmOf, type ClusterAction } from '../sdk/step.ts';
import type { Api } from './api.ts';

const OTHER_WAYS = 'go by SSH, or log in as root@pam with its password';

/** What the API does for nobody, or not for who asks. */
export function refusalOf({ isRoot }: Pick<Api, 'isRoot'>, action: ClusterAction): string | undefined {
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
