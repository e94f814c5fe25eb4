import { build, type Plugin } from 'esbuild';
import { FOR_THE_NODE } from './for-the-node.ts';
import { root } from './modules.ts';

/**
 * Packages that only some runs need, with the functions we use of them. Node parses a whole bundle before it runs the
 * first line (6 ms for 100 KB); as a text inside the bundle a package is only scanned, and compiled when first called.
 */
const LAZY: ReadonlyMap<string, readonly string[]> = new Map([
  ['execa', ['execa']],
  ['js-yaml', ['load', 'dump']],
]);

/** Replaces imports of the lazy packages by functions that compile the package at their first call. */
export const lazyPackages: Plugin = {
  name: 'lazy-packages',
  setup(context) {
    context.onResolve({ filter: /^(execa|js-yaml)$/ }, ({ path }) => ({ path, namespace: 'lazy' }));
    context.onLoad({ filter: /.*/, namespace: 'lazy' }, async ({ path }) => ({
      contents: shim(await packageCode(path), LAZY.get(path) ?? []),
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
    `const code = ${JSON.stringify(code)};`,
    'let compiled;',
    'function compile() {',
    '  const module = { exports: {} };',
    "  new Function('module', 'exports', 'require', code)(module, module.exports, require);",
    '  return (compiled = module.exports);',
    '}',
    ...functions.map(name => `export const ${name} = (...args) => (compiled ?? compile()).${name}(...args);`),
  ].join('\n');
}
