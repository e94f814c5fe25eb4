import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build, type Plugin } from 'esbuild';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { constraintsOf } from '../modules-src/sdk/json-schema.ts';
import { FOR_THE_NODE } from './for-the-node.ts';
import { lazyPackages } from './lazy-packages.ts';
import { loadModule, moduleNames, root } from './modules.ts';
import { withoutDescriptions } from './without-descriptions.ts';
import { roleVariablesOf } from './role-variables-of.ts';

const LIBRARY = `${root}role/proxmox/library`;
const OUT = `${root}build/out`;

/** Largest bundle in bytes; a module that grows over it fails the build. */
const SIZE_LIMIT = 536 * 1024;

/** Words that make Ansible take a file for another kind of module, wherever they stand (docs/pve-notes/ansible.md). */
const FORBIDDEN = [
  'WANT_JSON',
  'from ansible.module_utils',
  '#Requires -Module',
  '# POWERSHELL_COMMON',
  '<<ANSIBLE_VERSION>>',
];

/** Bundles every module into one executable file of the role's library. */
export async function bundleModules(): Promise<readonly { name: string; bytes: number }[]> {
  await mkdir(LIBRARY, { recursive: true });
  await mkdir(OUT, { recursive: true });
  const front = await readFile(`${root}build/front.sh`, 'utf8');
  return Promise.all(moduleNames.map(name => bundleModule(name, front)));
}

async function bundleModule(name: string, front: string): Promise<{ name: string; bytes: number }> {
  const result = await build({
    stdin: { contents: await entry(name), resolveDir: root, sourcefile: `${name}-entry.ts`, loader: 'ts' },
    ...FOR_THE_NODE,
    plugins: [lazyPackages, withoutDescriptions, validatorPlugin(name), apiDoorPlugin(name)],
  });
  const text = `${front}${result.outputFiles[0]?.text ?? ''}__BUNDLE_EOF__\n`;
  refuseBadBundle(name, text);
  // Renamed into place, so that a playbook that runs meanwhile never reads half a module.
  await writeFile(`${OUT}/${name}.js`, text, { mode: 0o755 });
  await rename(`${OUT}/${name}.js`, `${LIBRARY}/${name}.js`);
  return { name, bytes: text.length };
}

/** Of each way to Proxmox VE, a bundle has what its module names; that of the API is loaded where it is asked for alone. */
async function entry(name: string): Promise<string> {
  const names = await namesOf(name);
  return [
    `import definition from './modules-src/modules/${name}/module.ts';`,
    `import * as node from './modules-src/node/cluster.ts';`,
    `import { runModule } from './modules-src/runtime/run-module.ts';`,
    `import validator from 'compiled-validator';`,
    `const variables = ${variablesOf(name)};`,
    `const byApi = async (values, host) => (await import('api-door')).open(values, host);`,
    `const open = values => values.api_host === undefined ? node.openNode(${opening('node', names)}, values) : byApi(values, values.api_host);`,
    `void runModule(definition, validator, open, variables);`,
  ].join('\n');
}

/** Most variables are called as the option is: they are written once. */
function variablesOf(module: string): string {
  const { given, always, others } = roleVariablesOf(module);
  const list = (names: readonly string[]): string =>
    names.length === 0 ? '[]' : `${JSON.stringify(names.join(' '))}.split(' ')`;
  const own = Object.keys(given).filter(option => given[option] === `proxmox_${option}`);
  const rest = Object.fromEntries(Object.entries(given).filter(([option]) => !own.includes(option)));
  return `{ given: { ...Object.fromEntries(${list(own)}.map(name => [name, 'proxmox_' + name])), ...${JSON.stringify(rest)} }, always: ${list(always)}, others: ${list(others)} }`;
}

interface Names {
  readonly readings: readonly string[];
  readonly performers: readonly string[];
}

async function namesOf(module: string): Promise<Names> {
  const { asks, performs } = await loadModule(module);
  return { readings: [...new Set(asks)], performers: performs.map(camelCase) };
}

const opening = (way: 'node' | 'api', { readings, performers }: Names): string =>
  `{ ${readings.map(name => `${name}: ${way}.${name}`).join(', ')} }, [${performers.map(name => `${way}.${name}`).join(', ')}]`;

/** Provides what opens the API with what one module asks and does. */
function apiDoorPlugin(name: string): Plugin {
  return {
    name: 'api-door',
    setup(context) {
      context.onResolve({ filter: /^api-door$/ }, ({ path }) => ({ path, namespace: 'api-door' }));
      context.onLoad({ filter: /.*/, namespace: 'api-door' }, async () => ({
        contents: [
          `import * as api from './modules-src/api/cluster.ts';`,
          `export const open = (values, host) => api.openApi(${opening('api', await namesOf(name))}, values, host);`,
        ].join('\n'),
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}

const camelCase = (kind: string): string =>
  kind.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Provides the validation code of a module's options, so that no schema is compiled at run time. */
function validatorPlugin(name: string): Plugin {
  return {
    name: 'compiled-validator',
    setup(context) {
      context.onResolve({ filter: /^compiled-validator$/ }, ({ path }) => ({ path, namespace: 'validator' }));
      context.onLoad({ filter: /.*/, namespace: 'validator' }, async () => ({
        contents: await validatorCode(name),
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}

async function validatorCode(name: string): Promise<string> {
  const { params } = await loadModule(name);
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // What coercion has seen to is left out.
    strictTypes: false,
    strictRequired: false,
    // The runtime words the errors itself: messages of ajv's own would be a tenth of the code.
    messages: false,
    code: { source: true, esm: false },
  });
  return standaloneCode.default(ajv, ajv.compile(constraintsOf(params)));
}

function refuseBadBundle(name: string, text: string): void {
  const found = FORBIDDEN.filter(word => text.includes(word));
  if (found.length > 0) throw new Error(`${name}.js contains ${found.join(', ')}: Ansible would misread it`);
  if (text.split('<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>').length !== 2)
    throw new Error(`${name}.js must hold the argument mark once`);
  if (text.length > SIZE_LIMIT)
    throw new Error(`${name}.js has ${text.length} bytes, more than ${SIZE_LIMIT}`);
}
