import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModuleDefinition } from '../modules-src/sdk/define-module.ts';

export const root = fileURLToPath(new URL('..', import.meta.url));
const modulesFolder = `${root}modules-src/modules`;

/** Names of all modules: one folder each. */
export const moduleNames: readonly string[] = readdirSync(modulesFolder).filter(name =>
  existsSync(`${modulesFolder}/${name}/module.ts`),
);

/** The definition that a module's folder exports. */
export async function loadModule(name: string): Promise<ModuleDefinition> {
  const loaded = (await import(`${modulesFolder}/${name}/module.ts`)) as {
    readonly default: ModuleDefinition;
  };
  if (loaded.default.name !== name)
    throw new Error(`modules/${name}/module.ts defines ${loaded.default.name}`);
  return loaded.default;
}
