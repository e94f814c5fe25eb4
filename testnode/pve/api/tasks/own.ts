import type { Caller } from '../../access/caller.ts';
import type { Upid } from '../../tasks/upid.ts';

/** True for a task of the caller: what a user started is their tokens' too, and the other way round. */
export function isOwnTask({ user }: Upid, caller: Caller): boolean {
  return user.split('!')[0] === caller.user;
}
