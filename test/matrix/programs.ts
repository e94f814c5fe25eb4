import { execa } from 'execa';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import type { testedVersions } from '../../role-src/tested-versions.ts';

const CACHE = `${root}.cache/matrix`;

/** A release of ansible-core with the minor numbers of Python 3 that it runs on, both included. */
export type AnsibleRelease = (typeof testedVersions.ansible)[number];

/** Folder with the programs of that ansible-core, installed from PyPI once; undefined where no Python here runs it. */
export async function ansiblePrograms({ version, python }: AnsibleRelease): Promise<string | undefined> {
  const interpreter = await findPython(python);
  if (interpreter === undefined) return undefined;
  return pythonPrograms('ansible-core', version, interpreter);
}

/** What a test cannot do without. */
export function orNoPython<T>(found: T | undefined, { version }: Pick<AnsibleRelease, 'version'>): T {
  if (found === undefined) throw new Error(`no Python here runs ansible-core ${version}`);
  return found;
}

/** Folder with the programs of a package of PyPI, in an environment of its own. */
export async function pythonPrograms(
  name: string,
  version: string,
  interpreter = 'python3',
): Promise<string> {
  const folder = `${CACHE}/${name}-${version}`;
  await once(folder, async () => {
    await execa(interpreter, ['-m', 'venv', folder]);
    await execa(`${folder}/bin/pip`, ['install', '--quiet', `${name}==${version}`]);
  });
  return `${folder}/bin`;
}

/** The executable of that Node.js, as npm has it; downloaded once. */
export async function nodeProgram(version: string): Promise<string> {
  const folder = `${CACHE}/node-${version}`;
  const name = `node-linux-${process.arch}`;
  await once(folder, async () => {
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await execa('npm', ['install', '--prefix', folder, ...options, `${name}@${version}`], { cwd: folder });
  });
  return `${folder}/node_modules/${name}/bin/node`;
}

/** A folder is whole when its mark is there: an installation that was cut short is begun anew. */
async function once(folder: string, install: () => Promise<void>): Promise<void> {
  const mark = join(folder, '.whole');
  if (existsSync(mark)) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await install();
  await writeFile(mark, '');
}

async function findPython([oldest, newest]: AnsibleRelease['python']): Promise<string | undefined> {
  for (const python of pythons()) {
    const asked = await execa(python, ['-c', 'import sys, venv; print(sys.version_info.minor)'], {
      reject: false,
    });
    const minor = Number(asked.stdout || Number.NaN);
    if (minor >= oldest && minor <= newest) return python;
  }
  return undefined;
}

/** Names that a Python may have on the PATH, and what pyenv keeps beside it. */
function pythons(): readonly string[] {
  const kept = join(homedir(), '.pyenv/versions');
  const versions = existsSync(kept) ? readdirSync(kept) : [];
  const named = [14, 13, 12, 11, 10, 9].map(minor => `python3.${minor}`);
  return ['python3', ...named, ...versions.map(version => join(kept, version, 'bin/python3'))];
}
