import { ROOT } from '../access/caller.ts';
import type { Command, Parameters, Program } from '../cli/command.ts';
import { print } from '../runtime/output.ts';
import { oneOf } from '../schema/kinds.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';
import { ACCESS_ROUTES } from './access/routes.ts';
import { formatAnswer } from './format-answer.ts';
import { pathSchemas } from './path-parameters.ts';
import { findRoute, segments } from './route.ts';
import type { Method } from './route.ts';
import { table } from './table.ts';

const FORMAT: ParameterSchemas = {
  'output-format': oneOf('text', 'json', 'json-pretty', 'yaml'),
};
const ONE_USER = '/access/users/{userid}';
const ONE_TOKEN = `${ONE_USER}/token/{tokenid}`;

/** `pveum`: each command is a call of the API, by root. Parameters that stand without `--` are named at the end. */
export const PVEUM: Program = {
  name: 'pveum',
  groups: [
    [
      command('user add', 'POST', '/access/users', 'userid'),
      command('user modify', 'PUT', ONE_USER, 'userid'),
      command('user delete', 'DELETE', ONE_USER, 'userid'),
      command('user list', 'GET', '/access/users'),
      command('user permissions', 'GET', '/access/permissions', 'userid'),
      command('user token add', 'POST', ONE_TOKEN, 'userid', 'tokenid'),
      command('user token modify', 'PUT', ONE_TOKEN, 'userid', 'tokenid'),
      command('user token remove', 'DELETE', ONE_TOKEN, 'userid', 'tokenid'),
      command('user token list', 'GET', `${ONE_USER}/token`, 'userid'),
    ],
    [
      command('group add', 'POST', '/access/groups', 'groupid'),
      command('group modify', 'PUT', '/access/groups/{groupid}', 'groupid'),
      command('group delete', 'DELETE', '/access/groups/{groupid}', 'groupid'),
      command('group list', 'GET', '/access/groups'),
    ],
    [
      command('role add', 'POST', '/access/roles', 'roleid'),
      command('role modify', 'PUT', '/access/roles/{roleid}', 'roleid'),
      command('role delete', 'DELETE', '/access/roles/{roleid}', 'roleid'),
      command('role list', 'GET', '/access/roles'),
    ],
    [
      command('acl modify', 'PUT', '/access/acl', 'path'),
      { ...command('acl delete', 'PUT', '/access/acl', 'path'), ...deletingAcl() },
      command('acl list', 'GET', '/access/acl'),
    ],
    [command('realm list', 'GET', '/access/domains')],
  ],
  aliases: {
    useradd: 'user add',
    usermod: 'user modify',
    userdel: 'user delete',
    groupadd: 'group add',
    groupmod: 'group modify',
    groupdel: 'group delete',
    roleadd: 'role add',
    rolemod: 'role modify',
    roledel: 'role delete',
    aclmod: 'acl modify',
    acldel: 'acl delete',
  },
};

function command(name: string, method: Method, path: string, ...positional: readonly string[]): Command {
  const { route } = findRoute(ACCESS_ROUTES, method, segments(path)) ?? missing(method, path);
  const inPath = [...path.matchAll(/\{([\w-]+)\}/g)].map(([, parameter = '']) => parameter);
  return {
    name,
    positional,
    parameters: { ...route.parameters, ...pathSchemas(inPath), ...FORMAT },
    hasFormatOptions: true,
    secrets: ['password'],
    run: async parameters => show(await route.answer(withoutFormat(parameters), ROOT), parameters),
  };
}

function deletingAcl(): Pick<Command, 'run'> {
  const { run } = command('acl modify', 'PUT', '/access/acl', 'path');
  return { run: parameters => run(new Map([...parameters, ['delete', '1']])) };
}

function show(answer: unknown, parameters: Parameters): void {
  const format = parameters.get('output-format') ?? 'text';
  const shown = format === 'text' ? table(answer) : formatAnswer(answer, format);
  if (shown !== undefined) print(shown);
}

function withoutFormat(parameters: Parameters): Parameters {
  return new Map([...parameters].filter(([name]) => name !== 'output-format'));
}

function missing(method: string, path: string): never {
  throw new Error(`no route ${method} ${path}`);
}
