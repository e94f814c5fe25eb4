import type { Readings } from '../../sdk/cluster.ts';
import { claimsIn, type Claims } from '../../system/named-locks.ts';
import { ApiFailure } from '../client/failure.ts';
import type { Api } from '../api.ts';

const opened = new WeakMap<Api, Claims>();

/** Runs of this user on this controller tell each other; the cluster tells what all others have taken. */
function claims(api: Api): Claims {
  const known = opened.get(api) ?? claimsIn(api.folder, vmid => isTaken(api, vmid));
  opened.set(api, known);
  return known;
}

export const claimantOf = (api: Api): Readings['claimantOf'] => claims(api).claimantOf;

export const claimVmid = (api: Api): Readings['claimVmid'] => claims(api).claimVmid;

export const holdName = (api: Api): Readings['holdName'] => claims(api).holdName;

/** Asked for one number, it answers 400 where any guest has it, be it one that the token may not see. */
async function isTaken({ client }: Api, vmid: number): Promise<boolean> {
  try {
    await client.get(`/cluster/nextid?vmid=${vmid}`);
    return false;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 400) return true;
    throw error;
  }
}
