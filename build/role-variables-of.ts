import type { Option } from '../modules-src/sdk/option.ts';
import type { RoleVariables } from '../modules-src/runtime/reader.ts';
import { behind, ownVariables } from '../role-src/own-variables.ts';
import { variables } from '../role-src/variables.ts';
import { mappingOf, roleFiles } from './names/role-files.ts';
import { taskFiles } from './outputs/task-files.ts';

const { tasks } = roleFiles(taskFiles());
const userVariables: readonly string[] = Object.keys(variables);
const withDefaults: readonly string[] = Object.entries<Option>(variables).flatMap(
  ([name, { default: value }]) => (value === undefined ? [] : [name]),
);
const behindOwn: Readonly<Record<string, string>> = behind;

/** What the role's tasks give to the options of a module: the variables that its messages name for users of the role. */
export function roleVariablesOf(module: string): RoleVariables {
  const calls = tasks.flatMap(({ task }) => (module in task ? [mappingOf(task[module])] : []));
  const given = calls.flatMap(Object.entries).flatMap(([option, value]) => {
    const [, name = ''] = /^\{\{ (proxmox_\w+)/.exec(String(value)) ?? [];
    const variable = Object.hasOwn(ownVariables, name) ? behindOwn[name] : name;
    return variable !== undefined && userVariables.includes(variable) ? [[option, variable] as const] : [];
  });
  const isWhole = (value: unknown): boolean => {
    const [, name = ''] = /^\{\{ (\w+) \}\}$/.exec(String(value)) ?? [];
    return withDefaults.includes(name);
  };
  const [first = {}] = calls;
  return {
    given: Object.fromEntries(given),
    always: Object.keys(first).filter(option => calls.every(call => isWhole(call[option]))),
    others: userVariables.filter(name => !name.startsWith('proxmox_vm_')),
  };
}
