import type { Api } from '../api.ts';
import { ApiFailure } from '../client/failure.ts';

/** Asked for one VMID, it answers 400 where any guest has it, be it one that the token may not see. */
export async function isTaken({ client }: Api, vmid: number): Promise<boolean> {
  try {
    await client.get(`/cluster/nextid?vmid=${vmid}`);
    return false;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 400) return true;
    throw error;
  }
}
