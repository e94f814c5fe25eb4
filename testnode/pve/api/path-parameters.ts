import { GROUP, ROLE, TOKEN, USER } from './access/parameters.ts';
import { SNAPSHOT_NAME, VMID } from '../options/command.ts';
import type { ParameterSchemas } from '../schema/kinds.ts';
import { TEXT } from '../schema/kinds.ts';

/** Rules for the parameters that stand in paths, by their name there. */
const PATH_PARAMETERS: ParameterSchemas = {
  vmid: VMID,
  snapname: SNAPSHOT_NAME,
  userid: USER,
  tokenid: TOKEN,
  groupid: GROUP,
  roleid: ROLE,
  zone: { type: 'string', maxLength: 8 },
  storage: { type: 'string', format: 'storage-id', required: true },
};

/** The rules for what stands in this path; a name without rules is any text. */
export function pathSchemas(names: Iterable<string>): ParameterSchemas {
  return Object.fromEntries([...names].map(name => [name, PATH_PARAMETERS[name] ?? TEXT]));
}
