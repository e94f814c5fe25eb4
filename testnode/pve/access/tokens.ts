import { randomUUID } from 'node:crypto';
import type { Parameters } from '../cli/command.ts';
import { given, isSet } from '../cli/command.ts';
import { ParameterFailure, PveFailure } from '../runtime/failure.ts';
import { changeAccess, withEntry, withoutEntry } from './change.ts';
import { accessConfig } from './config.ts';
import type { AccessConfig, Token } from './kinds.ts';
import { setTokenSecret } from './token-secrets.ts';
import { findUser } from './users.ts';

/** What the one who makes a token gets to see, the secret this one time. */
export interface NewToken {
  readonly 'full-tokenid': string;
  readonly info: Readonly<Record<string, string>>;
  readonly value: string;
}

/** The token of a call; fails when the user or the token is missing. */
export function findToken(config: AccessConfig, parameters: Parameters): Token {
  const [user, id] = [given(parameters, 'userid'), given(parameters, 'tokenid')];
  const token = findUser(config, user).tokens.get(id);
  if (!token) throw new PveFailure(`no such token '${id}' for user '${user}'`);
  return token;
}

/** A new token; its privileges are its own unless told otherwise. */
export async function addToken(parameters: Parameters): Promise<NewToken> {
  const [user, id] = [given(parameters, 'userid'), given(parameters, 'tokenid')];
  findUser(accessConfig(), user);
  const token = changed({ id, expire: 0, privsep: true, comment: '' }, parameters);
  await changeAccess('generating token failed', config => {
    if (config.users.get(user)?.tokens.has(id))
      throw new ParameterFailure([{ parameter: 'tokenid', problem: 'Token already exists.' }]);
    return withToken(config, user, token);
  });
  const [full, value] = [`${user}!${id}`, randomUUID()];
  setTokenSecret(full, value);
  return { 'full-tokenid': full, info: infoOf(token, parameters), value };
}

export async function modifyToken(parameters: Parameters): Promise<Token> {
  const user = given(parameters, 'userid');
  const token = changed(findToken(accessConfig(), parameters), parameters);
  await changeAccess('updating token failed', config => withToken(config, user, token));
  return token;
}

/** Removes a token, its secret and what was granted to it. */
export async function removeToken(parameters: Parameters): Promise<void> {
  const [user, id] = [given(parameters, 'userid'), given(parameters, 'tokenid')];
  findToken(accessConfig(), parameters);
  await changeAccess('deleting token failed', config => {
    const owner = findUser(config, user);
    return {
      ...config,
      users: withEntry(config.users, user, { ...owner, tokens: withoutEntry(owner.tokens, id) }),
      grants: config.grants.filter(({ kind, who }) => kind !== 'token' || who !== `${user}!${id}`),
    };
  });
  setTokenSecret(`${user}!${id}`, undefined);
}

function withToken(config: AccessConfig, user: string, token: Token): AccessConfig {
  const owner = findUser(config, user);
  return {
    ...config,
    users: withEntry(config.users, user, { ...owner, tokens: withEntry(owner.tokens, token.id, token) }),
  };
}

function changed(token: Token, parameters: Parameters): Token {
  return {
    ...token,
    ...(parameters.has('privsep') ? { privsep: isSet(parameters, 'privsep') } : {}),
    ...(parameters.has('expire') ? { expire: Number(parameters.get('expire')) } : {}),
    comment: parameters.get('comment') ?? token.comment,
  };
}

function infoOf({ privsep }: Token, parameters: Parameters): Readonly<Record<string, string>> {
  const texts = ['comment', 'expire'].flatMap(name => {
    const value = parameters.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { privsep: privsep ? '1' : '0', ...Object.fromEntries(texts) };
}
