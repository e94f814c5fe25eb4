import { accessConfig } from '../../access/config.ts';
import type { AccessConfig } from '../../access/kinds.ts';
import type { Caller } from '../../access/caller.ts';
import { some } from '../../access/permission.ts';
import { deny } from '../../runtime/failure.ts';
import type { Permission } from '../../access/permission.ts';
import { findUser } from '../../access/users.ts';
import { given } from '../../cli/command.ts';

/** The one whom the call is about is the caller: a ticket's user, never a token. */
export const IS_SELF: Permission = {
  kind: 'rule',
  check: (parameters, caller) => {
    if (parameters.get('userid') !== caller.id) throw deny();
  },
};

/** One of these privileges on all groups, or on one that the user of the call is in. */
export function onGroupsOfUser(...privileges: readonly string[]): Permission {
  return {
    kind: 'rule',
    check: (parameters, caller) => {
      const id = given(parameters, 'userid');
      // What is no name of a user at all is said by the check of the parameters.
      if (!id.includes('@')) return;
      const config = accessConfig();
      findUser(config, id);
      if (!seesUser(config, id, caller, privileges)) throw deny();
    },
  };
}

export const MAY_CHANGE_USER: Permission = some(IS_SELF, onGroupsOfUser('User.Modify'));

/** True when the caller has one of the privileges on all groups, or on one of the user's. */
export function seesUser(
  { groups }: AccessConfig,
  id: string,
  caller: Caller,
  privileges: readonly string[],
): boolean {
  const hasOn = (path: string): boolean => privileges.some(name => caller.may(path, name));
  return (
    hasOn('/access/groups') ||
    [...groups].some(([name, { users }]) => users.includes(id) && hasOn(`/access/groups/${name}`))
  );
}
