import { isActive } from '../../access/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import { callerOf } from '../../access/caller.ts';
import { accessConfig } from '../../access/config.ts';
import { capabilitiesOf } from '../../access/overview.ts';
import { isPassword } from '../../access/passwords.ts';
import { WORLD } from '../../access/permission.ts';
import { deny, HttpFailure } from '../../runtime/failure.ts';
import { ROOT_ID } from '../../access/root.ts';
import { makeCsrfToken, makeTicket, userOfTicket } from '../../access/tickets.ts';
import { changePassword } from '../../access/users.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import { BOOLEAN, TEXT } from '../../schema/kinds.ts';
import { splitList } from '../../schema/split-list.ts';
import type { Route } from '../route.ts';
import { PASSWORD, USER } from './parameters.ts';
import { MAY_CHANGE_USER } from './who.ts';

export const TICKET_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/access/ticket', permission: WORLD, answer: () => null },
  {
    method: 'POST',
    path: '/access/ticket',
    permission: WORLD,
    isProtected: true,
    needsTicket: true,
    parameters: {
      'new-format': BOOLEAN,
      otp: TEXT,
      password: { type: 'string', required: true },
      path: { type: 'string', maxLength: 64 },
      privs: { type: 'string', maxLength: 64 },
      realm: { type: 'string', format: 'realm', maxLength: 32 },
      'tfa-challenge': TEXT,
      username: { type: 'string', maxLength: 64, required: true },
    },
    answer: logIn,
  },
  {
    method: 'PUT',
    path: '/access/password',
    permission: MAY_CHANGE_USER,
    isProtected: true,
    needsTicket: true,
    parameters: {
      'confirmation-password': TEXT,
      password: { ...PASSWORD, required: true },
      userid: USER,
    },
    answer: setPassword,
  },
];

function logIn(parameters: Parameters): object {
  const realm = parameters.get('realm');
  const name = given(parameters, 'username');
  const username = realm === undefined || name.includes('@') ? name : `${name}@${realm}`;
  const config = accessConfig();
  if (!isActive(config, username) || parameters.has('otp')) throw notLetIn();
  if (!proves(username, given(parameters, 'password'))) throw notLetIn();
  assertPrivileges(username, parameters);
  const cap = capabilitiesOf(config, username);
  if (parameters.has('path')) return { username, cap };
  return { username, ticket: makeTicket(username), CSRFPreventionToken: makeCsrfToken(username), cap };
}

// A ticket does for the password of its user; one of root@pam, as was recorded, for that of anybody.
function proves(username: string, password: string): boolean {
  const user = userOfTicket(password);
  return user === username || user === ROOT_ID || isPassword(username, password);
}

// With a path a call only asks whether somebody may do something there.
function assertPrivileges(username: string, parameters: Parameters): void {
  const path = parameters.get('path');
  const caller = callerOf(username);
  const names = splitList(parameters.get('privs') ?? '');
  if (path !== undefined && !names.every(name => caller.may(path, name))) throw notLetIn();
}

function setPassword(parameters: Parameters, caller: Caller): void {
  const id = given(parameters, 'userid');
  if (id === ROOT_ID && !caller.isRoot) throw deny();
  const confirmation = parameters.get('confirmation-password');
  const isByPassword = confirmation !== undefined && isPassword(caller.user, confirmation);
  if (!caller.isRoot && !isByPassword) throw notLetIn();
  changePassword(parameters);
}

function notLetIn(): HttpFailure {
  return new HttpFailure(401, 'authentication failure');
}
