import { createHash } from 'node:crypto';
import { needs } from '../../access/permission.ts';
import { given } from '../../cli/command.ts';
import type { Parameters } from '../../cli/command.ts';
import { readClusterFile } from '../../config/cluster.ts';
import { haResources, removeHaResource, setHaResource } from '../../config/ha-resources.ts';
import type { HaResource } from '../../config/ha-resources.ts';
import { PveFailure } from '../../runtime/failure.ts';
import { integer, oneOf, TEXT } from '../../schema/kinds.ts';
import type { ParameterSchemas } from '../../schema/kinds.ts';
import { get } from '../get.ts';
import type { Route } from '../route.ts';

const PATH = '/cluster/ha/resources';
const READ = needs('/', 'Sys.Audit');
const WRITE = needs('/', 'Sys.Console');
const NUMBERS = ['max_restart', 'max_relocate'];

const OPTIONS: ParameterSchemas = {
  comment: TEXT,
  group: TEXT,
  max_relocate: integer(0),
  max_restart: integer(0),
  state: oneOf('started', 'stopped', 'enabled', 'disabled', 'ignored'),
};

const change = (
  method: 'POST' | 'PUT' | 'DELETE',
  route: Pick<Route, 'path' | 'parameters' | 'answer'>,
): Route => ({
  method,
  permission: WRITE,
  isProtected: true,
  ...route,
});

/** What the HA manager looks after. It is no part of a test node: only its file is. */
export const HA_RESOURCE_ROUTES: readonly Route[] = [
  get(PATH, READ, () => haResources().map(shown), { type: oneOf('ct', 'vm') }),
  get(`${PATH}/{sid}`, READ, parameters => shown(existing(sidOf(parameters)))),
  change('POST', { path: PATH, parameters: { sid: { ...TEXT, required: true }, ...OPTIONS }, answer: add }),
  change('PUT', {
    path: `${PATH}/{sid}`,
    parameters: { ...OPTIONS, delete: TEXT, digest: TEXT },
    answer: update,
  }),
  change('DELETE', { path: `${PATH}/{sid}`, answer: remove }),
];

function add(parameters: Parameters): null {
  const sid = sidOf(parameters);
  if (haResources().some(resource => resource.sid === sid))
    throw new PveFailure(`resource ID '${sid}' already defined`);
  setHaResource({ sid, options: new Map([['state', 'started'], ...optionsIn(parameters)]) });
  return null;
}

function update(parameters: Parameters): null {
  const { sid, options } = existing(sidOf(parameters));
  const merged = new Map([...options, ...optionsIn(parameters)]);
  for (const name of (parameters.get('delete') ?? '').split(/[,; ]+/)) merged.delete(name);
  setHaResource({ sid, options: merged });
  return null;
}

function remove(parameters: Parameters): null {
  removeHaResource(existing(sidOf(parameters)).sid);
  return null;
}

/** `vm:100`; the number alone means a VM. */
function sidOf(parameters: Parameters): string {
  const sid = given(parameters, 'sid');
  return /^\d+$/.test(sid) ? `vm:${sid}` : sid;
}

function existing(sid: string): HaResource {
  const resource = haResources().find(candidate => candidate.sid === sid);
  if (!resource) throw new PveFailure(`no such resource '${sid}'`);
  return resource;
}

function optionsIn(parameters: Parameters): readonly (readonly [string, string])[] {
  return [...parameters].filter(([name]) => name in OPTIONS);
}

function shown({ sid, options }: HaResource): object {
  const digest = createHash('sha1')
    .update(readClusterFile('ha/resources.cfg') ?? '')
    .digest('hex');
  const values: Record<string, string | number> = {};
  for (const [name, value] of options) values[name] = NUMBERS.includes(name) ? Number(value) : value;
  return { sid, type: sid.split(':')[0], digest, ...values };
}
