import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModuleDefinition } from '../modules-src/sdk/define-module.ts';
import { variables } from '../role-src/variables.ts';
import { loadModule, moduleNames, root } from './modules.ts';
import { refuseUnknownNames } from './names/check-role.ts';
import { argumentSpecsFile } from './outputs/argument-specs.ts';
import { editorSchema } from './outputs/editor-schema.ts';
import { ROLE, type GeneratedFile } from './outputs/generated-file.ts';
import { libraryDocsFile } from './outputs/library-docs.ts';
import { licencesPage } from './outputs/licences-page.ts';
import { mistakesPage } from './outputs/mistakes-page.ts';
import { preflightPage } from './outputs/preflight-page.ts';
import { roleReadme, withTables } from './outputs/readme.ts';
import { modulesPage, variablesPage } from './outputs/reference-pages.ts';
import { defaultsFile, metaFile, varsFile, vmsVarsFile } from './outputs/role-variables.ts';
import { taskFiles } from './outputs/task-files.ts';
import { NOTICE } from './outputs/yaml.ts';

/** Every file that is generated, with its content; no name in the role may be one that nothing defines. */
export async function outputs(): Promise<readonly GeneratedFile[]> {
  const modules = await Promise.all(moduleNames.map(loadModule));
  const files = await outputsOf(modules);
  refuseUnknownNames(files, variables, modules);
  return files;
}

async function outputsOf(modules: readonly ModuleDefinition[]): Promise<readonly GeneratedFile[]> {
  return [
    defaultsFile(),
    varsFile(),
    vmsVarsFile(),
    metaFile(),
    argumentSpecsFile(),
    ...taskFiles(),
    ...modules.map(libraryDocsFile),
    ...(await copies('files', text => `# ${NOTICE}\n${text}`)),
    roleReadme(),
    variablesPage(),
    modulesPage(modules),
    preflightPage(),
    mistakesPage(),
    licencesPage(),
    editorSchema(),
    { path: 'README.md', content: withTables(await readFile(`${root}README.md`, 'utf8')) },
  ];
}

/** Files of role-src that the role takes as they are, under a notice. */
async function copies(folder: string, marked: (text: string) => string): Promise<readonly GeneratedFile[]> {
  const names = await readdir(`${root}role-src/${folder}`);
  return Promise.all(
    names.map(async name => ({
      path: `${ROLE}/${folder}/${name}`,
      content: marked(await readFile(`${root}role-src/${folder}/${name}`, 'utf8')),
    })),
  );
}

/** Files of the role that nothing generates; the bundles are the build's and not checked in. */
async function superfluous(files: readonly GeneratedFile[], folder: string): Promise<readonly string[]> {
  const wanted = new Set(files.map(file => file.path));
  const entries = await readdir(folder + ROLE, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`.slice(folder.length))
    .filter(path => !wanted.has(path) && !/\/library\/[^/]+\.js$/.test(path));
}

/** Writes every generated file, removes what is no longer one, and tells how many there are. */
export async function writeOutputs(): Promise<number> {
  const files = await outputs();
  for (const { path, content } of files) {
    await mkdir(dirname(root + path), { recursive: true });
    await writeFile(root + path, content);
  }
  for (const path of await superfluous(files, root)) await rm(root + path);
  return files.length;
}

/** What is wrong with the files in a folder (its name ends with a slash), one line each. */
export async function staleFiles(
  files: readonly GeneratedFile[],
  folder: string,
): Promise<readonly string[]> {
  const differing = await Promise.all(
    files.map(async ({ path, content }) => {
      const found = await readFile(folder + path, 'utf8').catch(() => undefined);
      if (found === content) return [];
      return [`${path}: ${found === undefined ? 'missing' : 'differs from what its source generates'}`];
    }),
  );
  const extra = (await superfluous(files, folder)).map(path => `${path}: nothing generates it`);
  return [...differing.flat(), ...extra];
}

async function main(): Promise<void> {
  if (!process.argv.includes('--check')) {
    console.log(`${await writeOutputs()} generated files`);
    return;
  }
  const stale = await staleFiles(await outputs(), root);
  for (const line of stale) console.error(line);
  if (stale.length > 0) console.error('run npm run build, and edit the sources instead of these files');
  process.exitCode = stale.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
