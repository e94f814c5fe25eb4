import type { Caller } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import { addGroup, deleteGroup, findGroup, modifyGroup } from '../../access/groups.ts';
import { ANY_USER, needs, needsOneOf } from '../../access/permission.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { TEXT } from '../../schema/kinds.ts';
import type { Route } from '../route.ts';
import { GROUP } from './parameters.ts';

const GROUPS = '/access/groups';
const ONE = `${GROUPS}/{groupid}`;
const MAY_CHANGE = needs(GROUPS, 'Group.Allocate');
const READERS = ['User.Modify', 'Sys.Audit', 'Group.Allocate'];

export const GROUP_ROUTES: readonly Route[] = [
  { method: 'GET', path: GROUPS, permission: ANY_USER, answer: listGroups },
  {
    method: 'POST',
    path: GROUPS,
    permission: MAY_CHANGE,
    isProtected: true,
    parameters: { comment: TEXT, groupid: GROUP },
    answer: addGroup,
  },
  {
    method: 'GET',
    path: ONE,
    permission: needsOneOf(GROUPS, 'Sys.Audit', 'Group.Allocate'),
    answer: showGroup,
  },
  {
    method: 'PUT',
    path: ONE,
    permission: MAY_CHANGE,
    isProtected: true,
    parameters: { comment: TEXT },
    answer: modifyGroup,
  },
  { method: 'DELETE', path: ONE, permission: MAY_CHANGE, isProtected: true, answer: deleteGroup },
];

function listGroups(_: Parameters, caller: Caller): readonly object[] {
  return [...accessConfig().groups]
    .filter(([name]) => READERS.some(privilege => caller.may(`${GROUPS}/${name}`, privilege)))
    .map(([groupid, { users, comment }]) => ({
      groupid,
      users: users.join(','),
      ...(comment === '' ? {} : { comment }),
    }));
}

function showGroup(parameters: Parameters): object {
  const { users, comment } = findGroup(accessConfig(), given(parameters, 'groupid'));
  return { members: users, ...(comment === '' ? {} : { comment }) };
}
