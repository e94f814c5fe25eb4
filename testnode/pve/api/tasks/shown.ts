import type { Upid } from '../../tasks/upid.ts';

/** A task as lists show it: a token beside its user. */
export function shownTask<T extends Upid>(task: T): T & { readonly tokenid?: string } {
  const [user = '', tokenid] = task.user.split('!');
  return { ...task, user, ...(tokenid === undefined ? {} : { tokenid }) };
}
