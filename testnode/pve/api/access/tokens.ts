import { accessConfig } from '../../access/config.ts';
import { some } from '../../access/permission.ts';
import { addToken, findToken, modifyToken, removeToken } from '../../access/tokens.ts';
import { findUser } from '../../access/users.ts';
import type { Parameters } from '../../cli/command.ts';
import { given } from '../../cli/command.ts';
import type { Route } from '../route.ts';
import { TOKEN_OPTIONS } from './parameters.ts';
import { describeToken } from './users.ts';
import { IS_SELF, MAY_CHANGE_USER, onGroupsOfUser } from './who.ts';

const TOKENS = '/access/users/{userid}/token';
const ONE = `${TOKENS}/{tokenid}`;
const MAY_READ = some(IS_SELF, onGroupsOfUser('User.Modify'));

export const TOKEN_ROUTES: readonly Route[] = [
  { method: 'GET', path: TOKENS, permission: MAY_READ, answer: listTokens },
  {
    method: 'GET',
    path: ONE,
    permission: MAY_READ,
    answer: parameters => describeToken(findToken(accessConfig(), parameters)),
  },
  {
    method: 'POST',
    path: ONE,
    permission: MAY_CHANGE_USER,
    isProtected: true,
    parameters: TOKEN_OPTIONS,
    answer: addToken,
  },
  {
    method: 'PUT',
    path: ONE,
    permission: MAY_CHANGE_USER,
    isProtected: true,
    parameters: TOKEN_OPTIONS,
    answer: async parameters => describeToken(await modifyToken(parameters)),
  },
  { method: 'DELETE', path: ONE, permission: MAY_CHANGE_USER, isProtected: true, answer: removeToken },
];

function listTokens(parameters: Parameters): readonly object[] {
  const { tokens } = findUser(accessConfig(), given(parameters, 'userid'));
  return [...tokens].map(([tokenid, token]) => ({ tokenid, ...describeToken(token) }));
}
