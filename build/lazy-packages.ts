import { build, type Plugin } from 'esbuild';
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import { FOR_THE_NODE } from './for-the-node.ts';
import { root } from './modules.ts';

/**
 * Packages that only some runs need, with the functions we use of them. Node parses a whole bundle before it runs the
 * first line (6 ms for 100 KB); as a packed text inside the bundle a package is only scanned, a third as long on its way to
 * the node, and unpacked (1 ms) and compiled when first called.
 */
const LAZY: ReadonlyMap<string, readonly string[]> = new Map([
  ['execa', ['execa']],
  ['js-yaml', ['load', 'dump']],
]);

/**
 * Parts of Node that take milliseconds to load (5 ms for node:crypto), loaded when one of their functions is first called.
 * What the modules use of them are functions alone: a class cannot be had in this way, and esbuild then says so.
 */
const LAZY_BUILTINS = /^node:(?:child_process|crypto|http|https|tls|zlib)$/;

/** What is loaded late as a whole may have everything of them. */
const IS_LAZY = /\/modules-src\/api\//;

/** Replaces imports of the lazy packages by functions that compile, or load, the package at their first call. */
export const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup(context) {
    context.onResolve({ filter: /^(execa|js-yaml)$/ }, ({ path }) => ({ path, namespace: 'lazy' }));
    context.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path }) => ({
      contents: shim(await packageCode(path), LAZY.get(path) ?? []),
      loader: 'js',
    }));
    context.onResolve({ filter: LAZY_BUILTINS }, ({ path, namespace, importer }) =>
      namespace === 'builtin' || IS_LAZY.test(importer)
        ? { path, external: true }
        : { path, namespace: 'builtin' },
    );
    context.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: builtinShim(path),
      loader: 'js',
    }));
  },
};

const codes = new Map<string, Promise<string>>();

function packageCode(name: string): Promise<string> {
  const code = codes.get(name) ?? bundlePackage(name);
  codes.set(name, code);
  return code;
}

async function bundlePackage(name: string): Promise<string> {
  const result = await build({
    stdin: { contents: `export { ${(LAZY.get(name) ?? []).join(', ')} } from '${name}';`, resolveDir: root },
    ...FOR_THE_NODE,
  });
  return result.outputFiles[0]?.text ?? '';
}

function shim(code: string, functions: readonly string[]): string {
  return [
    `const packed = '${deflateRawSync(code, { level: 9 }).toString('base64')}';`,
    'let compiled;',
    'function compile() {',
    '  const module = { exports: {} };',
    "  const code = require('node:zlib').inflateRawSync(Buffer.from(packed, 'base64')).toString();",
    "  new Function('module', 'exports', 'require', code)(module, module.exports, require);",
    '  return (compiled = module.exports);',
    '}',
    ...functions.map(name => `export const ${name} = (...args) => (compiled ?? compile()).${name}(...args);`),
  ].join('\n');
}

const load = createRequire(import.meta.url);

/** Arrows, so that `new` fails at once: a class has no place here. */
function builtinShim(name: string): string {
  const functions = Object.entries(load(name) as Readonly<Record<string, unknown>>)
    .filter(([, value]) => typeof value === 'function')
    .map(([key]) => key);
  return functions
    .map(key => `export const ${key} = (...args) => require('${name}').${key}(...args);`)
    .join('\n');
}
