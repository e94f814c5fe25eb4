import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import type { Options } from '../../modules-src/sdk/option.ts';
import { shapeOfTemplate, type Scope } from './infer.ts';
import { mappingOf, textOf, type RoleFiles, type TaskAt } from './role-files.ts';
import {
  ANY,
  each,
  inBoth,
  elementOf,
  keys,
  names,
  shapeOfData,
  shapeOfOption,
  type Shape,
} from './shape.ts';

/** What Ansible itself defines, as far as the role uses it. */
const OF_ANSIBLE: Readonly<Record<string, Shape>> = {
  ansible_check_mode: ANY,
  ansible_facts: names('hostname'),
  ansible_failed_result: names(
    'module_stderr',
    'msg',
    'nodejs_missing',
    'problems',
    'stderr',
    'stdout_lines',
  ),
  ansible_failed_task: names('name', 'action'),
  ansible_play_hosts: ANY,
  ansible_run_tags: ANY,
  ansible_skip_tags: ANY,
  ansible_version: names('minor'),
  groups: each(ANY),
  // What the role asks of hosts; an inventory may say anything.
  hostvars: each(
    names(
      ...['ansible_connection', 'ansible_pipelining', 'inventory_hostname', 'proxmox_node_name'],
      ...[
        'proxmox_role_preflight',
        'proxmox_vm_result',
        'proxmox_vm_name',
        'proxmox_vm_vmid',
        'proxmox_vm_node',
      ],
      ...['proxmox_vm_clones', 'proxmox_vm_create_clones', 'proxmox_role_permissions'],
    ),
  ),
  inventory_hostname: ANY,
  omit: ANY,
  role_path: ANY,
};

/** What every result has, besides what its module says; the front of a bundle says `nodejs_missing`. */
const OF_ANY_RESULT = [
  'changed',
  'failed',
  'msg',
  'nodejs_missing',
  'skipped',
  'steps',
  'unreachable',
  'warnings',
];
/** What Ansible says of a task that runs in the background. */
const OF_ASYNC = ['ansible_job_id', 'finished', 'results_file', 'started'];

/** Shapes of the names that expressions of the role may use; undefined: nothing defines it. */
export function knownNames(
  { tasks, variables }: RoleFiles,
  options: Options,
  modules: readonly ModuleDefinition[],
): (name: string) => Shape | undefined {
  const shapes = new Map<string, Shape>();
  const known = (name: string): Shape | undefined => {
    const shape = shapes.get(name);
    const own = definitions.filter(([defined]) => defined === name);
    if (shape !== undefined || own.length === 0) return shape;
    // An expression that comes back to its own name learns nothing from it.
    shapes.set(name, ANY);
    shapes.set(name, own.map(([, define]) => define()).reduce(inBoth));
    return shapes.get(name);
  };
  const scope: Scope = { shapeOf: name => known(name) ?? ANY, report: () => undefined };
  const inferred = (value: unknown) => (): Shape => shapeOfData(value, text => shapeOfTemplate(text, scope));
  const definitions: readonly Definition[] = [
    ...variables.flatMap(({ values }) =>
      Object.entries(values).map(([name, value]) => [name, inferred(value)] as const),
    ),
    ...tasks.flatMap(({ task }) => definedBy(task, modules, scope, inferred)),
    ...Object.entries(OF_ANSIBLE).map(([name, shape]) => [name, () => shape] as const),
    ...Object.entries(options).map(([name, option]) => [name, () => shapeOfOption(option)] as const),
  ];
  return known;
}

type Definition = readonly [string, () => Shape];

/** Names that a task makes: what it registers and sets, also of hosts, its own variables, that of its loop. */
function definedBy(
  task: TaskAt['task'],
  modules: readonly ModuleDefinition[],
  scope: Scope,
  inferred: (value: unknown) => () => Shape,
): readonly Definition[] {
  const facts = {
    ...mappingOf(task['ansible.builtin.set_fact']),
    ...mappingOf(task['ansible.builtin.add_host']),
    ...mappingOf(task['vars']),
  };
  const loopVariable = textOf(mappingOf(task['loop_control'])['loop_var']);
  const included = textOf(mappingOf(task['ansible.builtin.include_vars'])['name']);
  const registered = textOf(task['register']);
  const all: readonly Definition[] = [
    ...Object.entries(facts).map(([name, value]) => [name, inferred(value)] as const),
    [loopVariable, () => elementOf(inferred(task['loop'])())],
    [included, () => ANY],
    [registered, () => resultShape(task, modules, scope)],
  ];
  return all.filter(([name]) => name !== '');
}

/** What a task registers: the return values of its module, for each round of its loop. */
function resultShape(task: TaskAt['task'], modules: readonly ModuleDefinition[], scope: Scope): Shape {
  const module = modules.find(({ name }) => Object.hasOwn(task, name));
  const job = textOf(mappingOf(task['ansible.builtin.async_status'])['jid']);
  const [, started = ''] = /(\w+)\.ansible_job_id/.exec(job) ?? [];
  // A job that has ended tells what its module says.
  if (started !== '') return scope.shapeOf(started) ?? ANY;
  if (module === undefined) return ANY;
  const returned = Object.entries(module.returns).map(([name, { sample }]): readonly [string, Shape] => [
    name,
    shapeOfData(sample),
  ]);
  const extra = [...OF_ANY_RESULT, ...('async' in task ? OF_ASYNC : [])];
  const shape = keys([...extra.map((name): readonly [string, Shape] => [name, ANY]), ...returned]);
  return 'loop' in task
    ? keys([['results', each(shape)], ...[...extra].map((name): readonly [string, Shape] => [name, ANY])])
    : shape;
}
