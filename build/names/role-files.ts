import { load } from 'js-yaml';
import type { GeneratedFile } from '../outputs/generated-file.ts';
import { ROLE } from '../outputs/generated-file.ts';

export type Mapping = Readonly<Record<string, unknown>>;

/** One task of the role, or a block. */
export interface TaskAt {
  /** Path of its file below the role. */
  readonly file: string;
  readonly task: Mapping;
}

/** The role as Ansible reads it. */
export interface RoleFiles {
  readonly tasks: readonly TaskAt[];
  /** Names of files below `tasks`. */
  readonly taskFiles: readonly string[];
  readonly handlers: readonly string[];
  /** By file: variables with their values. */
  readonly variables: readonly { readonly file: string; readonly values: Mapping }[];
}

/** Reads what was generated, not what it was generated from: nothing can come in between. */
export function roleFiles(files: readonly GeneratedFile[]): RoleFiles {
  const inRole = files
    .filter(({ path }) => path.startsWith(`${ROLE}/`) && path.endsWith('.yml'))
    .map(({ path, content }) => ({ file: path.slice(ROLE.length + 1), content }));
  const under = (folders: RegExp) =>
    inRole
      .filter(({ file }) => folders.test(file))
      .map(({ file, content }) => ({ file, data: load(content) }));
  const tasks = under(/^(tasks|handlers)\//).flatMap(({ file, data }) => tasksIn(file, data));
  return {
    tasks,
    taskFiles: under(/^tasks\//).map(({ file }) => file.replace('tasks/', '')),
    handlers: tasks
      .filter(({ file }) => file.startsWith('handlers/'))
      .map(({ task }) => textOf(task['name'])),
    variables: under(/^(defaults|vars)\//).map(({ file, data }) => ({ file, values: mappingOf(data) })),
  };
}

const PARTS_OF_BLOCK = ['block', 'rescue', 'always'] as const;

/** The tasks of a list, those inside of blocks among them; a block is told without what it holds. */
function tasksIn(file: string, list: unknown): readonly TaskAt[] {
  return listOf(list)
    .map(mappingOf)
    .flatMap(task => {
      const own = Object.entries(task).filter(([key]) => !PARTS_OF_BLOCK.some(part => part === key));
      const inner = PARTS_OF_BLOCK.flatMap(part => tasksIn(file, task[part] ?? []));
      return [{ file, task: Object.fromEntries(own) }, ...inner];
    });
}

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

export function mappingOf(value: unknown): Mapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value));
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
