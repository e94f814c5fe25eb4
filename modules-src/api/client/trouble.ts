import { isIPv6 } from 'node:net';
import { lostNodeProblem } from '../../pve/vms/lost-node.ts';
import type { Problem } from '../../sdk/define-module.ts';
import { optionName } from '../../sdk/option-name.ts';
import type { StepError } from '../../sdk/step-error.ts';
import type { Connection } from './connection.ts';
import { ApiFailure } from './failure.ts';
import { LostNode } from './lost-node.ts';
import { StrangerFailure } from './stranger.ts';

/** What the user can do about an API that does not tell anything; undefined where it has told why. */
export function troubleOf({ host, port, login }: Connection, error: StepError): Problem | undefined {
  if (error instanceof StrangerFailure) return error.problem;
  if (error instanceof LostNode) return lostNodeProblem(error.node, error.up);
  if (!(error instanceof ApiFailure)) return undefined;
  if (error.status === 401 && 'tokenId' in login) return refusedToken(login.tokenId);
  return error.status === undefined ? unreachable(`${inUrl(host)}:${port}`, error.message) : undefined;
}

const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** Proxmox VE answers the same to all of them. */
const refusedToken = (tokenId: string): Problem => ({
  code: 'PVE-API-003',
  variable: optionName('api_token_id'),
  message: `the API does not take the token ${tokenId}: its name or secret is wrong, or it is deleted or expired, or its user is`,
  fix: `compare it with \`pveum user token list ${tokenId.split('!', 1)[0] ?? ''}\` on a node, or make another there`,
});

const unreachable = (at: string, why: string): Problem => ({
  code: 'PVE-API-001',
  variable: optionName('api_host'),
  message: `nothing answers at ${at} (${why})`,
  fix: `correct ${optionName('api_host')} or ${optionName('api_port')}, or open the way: \`curl -k https://${at}\` must answer on the controller; any node of a cluster answers for all, so another one does where this one is down`,
});
