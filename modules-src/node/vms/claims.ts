import { claimsIn, NODE_LOCKS, type Claims } from '../../system/named-locks.ts';
import { listGuests, workOn } from './files.ts';

let ofNode: Claims | undefined;

const claims = (): Claims =>
  (ofNode ??= claimsIn(
    NODE_LOCKS,
    async vmid => (await listGuests()).some(guest => guest.vmid === vmid),
    vmid => workOn([vmid]),
  ));

/** What the holder of a VMID's lock has written into it. */
export const claimantOf = (vmid: number): Promise<string | undefined> => claims().claimantOf(vmid);

export const claimVmid = (name: string, vmids: readonly number[]): Promise<number | undefined> =>
  claims().claimVmid(name, vmids);

export const keepVmid = (name: string, vmids: readonly number[]): Promise<number | undefined> =>
  claims().keepVmid(name, vmids);

export const holdName = (name: string): Promise<void> => claims().holdName(name);
