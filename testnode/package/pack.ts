import { execa } from 'execa';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePrograms } from '../pve/bundle.ts';

/**
 * Packs the test node alone, for those who test something else than this project: `npx pve-test-node up` from the
 * archive in build/out. What runs on the machine is compiled file by file, what starts again and again is in bundles.
 */
const SOURCES = join(import.meta.dirname, '..');
const root = join(SOURCES, '..');
const OUT = join(root, 'build/out');
const PACKAGE = join(OUT, 'pve-test-node');
const ENTRY = join(SOURCES, 'cli.ts');
const RECIPES = /\.(?:sh|txt)$/;

/** What this project's package says of it, which the package says too. */
interface Project {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Makes the archive in a folder and answers where it is. */
export async function packTestNode(destination = OUT): Promise<string> {
  await rm(PACKAGE, { recursive: true, force: true });
  await mkdir(PACKAGE, { recursive: true });
  await compile();
  await copyFiles();
  const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Project;
  await writeFile(join(PACKAGE, 'package.json'), `${JSON.stringify(manifest(project), undefined, 2)}\n`);
  const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', destination], {
    cwd: PACKAGE,
  });
  return join(destination, stdout.trim());
}

async function compile(): Promise<void> {
  const config = join(OUT, 'pve-test-node.tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    incremental: false,
    tsBuildInfoFile: null,
    rewriteRelativeImportExtensions: true,
    rootDir: SOURCES,
    outDir: join(PACKAGE, 'testnode'),
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  await writeFile(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, files: [ENTRY], include: [] }),
  );
  await execa('npx', ['tsc', '--project', config], { cwd: root });
  await rm(config);
}

async function copyFiles(): Promise<void> {
  const programs = await bundlePrograms();
  await cp(programs, join(PACKAGE, 'build/out/testnode'), { recursive: true });
  for (const file of await readdir(SOURCES, { recursive: true })) {
    if (!RECIPES.test(file) || /^(?:clients|transcripts|record)\//.test(file)) continue;
    await cp(join(SOURCES, file), join(PACKAGE, 'testnode', file));
  }
  await cp(join(root, 'LICENSE'), join(PACKAGE, 'LICENSE'));
  await cp(join(import.meta.dirname, 'README.md'), join(PACKAGE, 'README.md'));
}

function manifest({ version, license, engines, devDependencies }: Project): object {
  return {
    name: 'pve-test-node',
    version,
    description: 'Nodes that behave like Proxmox VE: qm, pvesm, pvesh, SSH and the REST API on one state',
    license,
    type: 'module',
    os: ['linux'],
    engines,
    bin: { 'pve-test-node': 'testnode/cli.js' },
    dependencies: { execa: devDependencies['execa'] },
  };
}
