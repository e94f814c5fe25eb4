import type { Readings } from '../../sdk/cluster.ts';
import { claimsIn, type Claims } from '../../system/named-locks.ts';
import type { Api } from '../api.ts';
import { isTaken } from './taken.ts';

const opened = new WeakMap<Api, Claims>();

/** Runs of this user on this controller tell each other; the cluster tells what all others have taken. */
function claims(api: Api): Claims {
  const known =
    opened.get(api) ??
    claimsIn(
      api.folder,
      vmid => isTaken(api, vmid),
      vmid => api.own.add(vmid),
    );
  opened.set(api, known);
  return known;
}

export const claimantOf = (api: Api): Readings['claimantOf'] => claims(api).claimantOf;

export const claimVmid = (api: Api): Readings['claimVmid'] => claims(api).claimVmid;

export const keepVmid = (api: Api): Readings['keepVmid'] => claims(api).keepVmid;

export const holdName = (api: Api): Readings['holdName'] => claims(api).holdName;
