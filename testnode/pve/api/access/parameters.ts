import type { ParameterSchemas, ValueSchema } from '../../schema/kinds.ts';
import { BOOLEAN, integer, listOf, TEXT } from '../../schema/kinds.ts';

const SHORT_TEXT: ValueSchema = { type: 'string', maxLength: 1024 };

export const PASSWORD: ValueSchema = { type: 'string', minLength: 8, maxLength: 64 };
export const USER: ValueSchema = { type: 'string', format: 'user-id', maxLength: 64, required: true };
export const TOKEN: ValueSchema = { type: 'string', pattern: /^[A-Za-z][A-Za-z0-9.\-_]+$/, required: true };
export const GROUP: ValueSchema = { type: 'string', format: 'group-id', required: true };
export const ROLE: ValueSchema = { type: 'string', format: 'role-id', required: true };

/** What is known about a user. */
export const USER_OPTIONS: ParameterSchemas = {
  comment: { type: 'string', maxLength: 2048 },
  email: { type: 'string', maxLength: 254 },
  enable: BOOLEAN,
  expire: integer(0),
  firstname: SHORT_TEXT,
  groups: listOf('group-id'),
  keys: TEXT,
  lastname: SHORT_TEXT,
};

export const TOKEN_OPTIONS: ParameterSchemas = { comment: TEXT, expire: integer(0), privsep: BOOLEAN };

export const ACL_OPTIONS: ParameterSchemas = {
  delete: BOOLEAN,
  groups: listOf('group-id'),
  path: { type: 'string', required: true },
  propagate: BOOLEAN,
  roles: { type: 'string', format: 'role-id', isList: true, required: true },
  tokens: listOf('token-id'),
  users: listOf('user-id'),
};
