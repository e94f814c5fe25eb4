import type { ModuleDefinition } from '../../modules-src/sdk/define-module.ts';
import type { Options } from '../../modules-src/sdk/option.ts';
import { parseExpression } from '../jinja/expression.ts';
import { tokensOf } from '../jinja/tokens.ts';
import type { GeneratedFile } from '../outputs/generated-file.ts';
import { shapeOf, shapeOfTemplate, type Scope } from './infer.ts';
import { knownNames } from './known-names.ts';
import { listOf, mappingOf, roleFiles, textOf, type Mapping, type RoleFiles } from './role-files.ts';

/** Keys of a task whose texts are expressions without braces. */
const CONDITIONS: readonly string[] = ['when', 'failed_when', 'changed_when', 'until', 'that'];

/**
 * Names in the generated role that nothing defines: variables, what tasks register, return values of modules, what
 * filters look for in elements, options, task files, handlers. One line each.
 */
export function unknownNames(
  files: readonly GeneratedFile[],
  options: Options,
  modules: readonly ModuleDefinition[],
): readonly string[] {
  const role = roleFiles(files);
  const known = knownNames(role, options, modules);
  const found = new Set<string>();
  const scopeAt = (place: string): Scope => ({
    shapeOf: known,
    report: problem => found.add(`${place}: ${problem}`),
  });
  for (const { file, values } of role.variables)
    for (const [name, value] of Object.entries(values)) checkTexts(value, scopeAt(`${file}, ${name}`));
  for (const { file, task } of role.tasks) {
    const scope = scopeAt(`${file}, "${textOf(task['name'])}"`);
    checkTexts(task, scope);
    checkReferences(task, role, modules, scope.report);
  }
  return [...found];
}

/** Fails the build when there are any. */
export function refuseUnknownNames(...given: Parameters<typeof unknownNames>): void {
  const found = unknownNames(...given);
  if (found.length === 0) return;
  throw new Error(`the generated role uses names that nothing defines:\n${found.join('\n')}`);
}

function checkTexts(value: unknown, scope: Scope, isCondition = false): void {
  if (typeof value === 'string') checkText(value, scope, isCondition);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    checkTexts(inner, scope, CONDITIONS.includes(key) || (Array.isArray(value) && isCondition));
}

function checkText(text: string, scope: Scope, isCondition: boolean): void {
  try {
    if (isCondition) shapeOf(parseExpression(tokensOf(text)), scope);
    else shapeOfTemplate(text, scope);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    scope.report(error.message);
  }
}

/** What a task refers to by name, outside of expressions. */
function checkReferences(
  task: Mapping,
  { taskFiles, handlers }: RoleFiles,
  modules: readonly ModuleDefinition[],
  report: (problem: string) => void,
): void {
  const [imported, included] = [task['ansible.builtin.import_tasks'], task['ansible.builtin.include_tasks']];
  const paths = [textOf(imported), textOf(included), textOf(mappingOf(included)['file'])];
  for (const path of paths.filter(one => one !== '' && !taskFiles.includes(one)))
    report(`no task file ${path}`);
  for (const name of listOf(task['notify']).map(textOf))
    if (!handlers.includes(name)) report(`no handler "${name}"`);
  for (const { name: module, params } of modules)
    for (const option of Object.keys(mappingOf(task[module])))
      if (!Object.hasOwn(params, option)) report(`${module} has no option ${option}`);
}
