import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = dirname(fileURLToPath(import.meta.url));
const OTHERS = ['guest', 'image-server'].map(folder => join(SOURCES, '..', folder));
const OUTPUT = join(SOURCES, '..', '..', 'build', 'out', 'testnode');
const SHEBANG = '#!/opt/testnode/node';

/** The programs of a node, and the server of images beside it, each one file: TypeScript would be compiled at each start. */
const PROGRAMS = [
  'qm',
  'pvesm',
  'pvesh',
  'pveversion',
  'pveproxy',
  'pvedaemon',
  'pveum',
  'lvs',
  'zfs',
  'image-server',
] as const;

const sourceOf = (program: string): string =>
  program === 'image-server'
    ? join(SOURCES, '../image-server/main.ts')
    : join(SOURCES, 'programs', `${program}.ts`);

/** What stands before `qm` as on a real node: a few lines of Perl, and the module that they load. */
const PERL = ['qm.pl', 'qm.pm'] as const;

let built: Promise<string> | undefined;

/** Builds the programs where sources are newer, and answers their folder: once in a process, though nodes start side by side. */
export const bundlePrograms = (): Promise<string> => (built ??= bundle());

async function bundle(): Promise<string> {
  const newest = Math.max(...[SOURCES, ...OTHERS].map(newestIn));
  await copyPerl();
  const outdated = PROGRAMS.filter(program => modifiedAt(programFile(program)) < newest);
  if (outdated.length === 0) return OUTPUT;

  const { build } = await import('esbuild');
  // Built aside and moved into place: another process may start nodes from these files right now.
  const aside = join(OUTPUT, `.building-${process.pid}`);
  await build({
    entryPoints: Object.fromEntries(outdated.map(program => [program, sourceOf(program)])),
    outdir: aside,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    banner: { js: SHEBANG },
    logLevel: 'warning',
  });
  for (const program of outdated) {
    await chmod(programFile(program, aside), 0o755);
    await rename(programFile(program, aside), programFile(program));
  }
  await rm(aside, { recursive: true });
  return OUTPUT;
}

async function copyPerl(): Promise<void> {
  await mkdir(OUTPUT, { recursive: true });
  for (const file of PERL) {
    const [source, target] = [join(SOURCES, 'programs/perl', file), join(OUTPUT, file)];
    if (modifiedAt(target) >= modifiedAt(source)) continue;
    await copyFile(source, `${target}.${process.pid}`);
    await rename(`${target}.${process.pid}`, target);
  }
}

function programFile(program: string, directory = OUTPUT): string {
  return join(directory, `${program}.cjs`);
}

function newestIn(directory: string): number {
  if (!existsSync(directory)) return 0;
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  );
  return Math.max(0, ...files.map(file => modifiedAt(join(directory, file))));
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
