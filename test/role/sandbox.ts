import { execa } from 'execa';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moduleNames, root } from '../../build/modules.ts';
import { stages } from '../../role-src/stages.ts';
import { testedVersions } from '../../role-src/tested-versions.ts';
import { SPARING } from '../ansible/play.ts';
import { ansiblePrograms, orNoPython } from '../matrix/programs.ts';

/** Our modules in the task files of each stage. */
export const stageModules: readonly (readonly string[])[] = stages.map(({ name }) => {
  const tasks = `${root}role/proxmox/tasks/${name}`;
  const files = existsSync(tasks) ? readdirSync(tasks).map(file => `${tasks}/${file}`) : [];
  const text = [`${tasks}.yml`, ...files].map(file => readFileSync(file, 'utf8')).join('');
  return moduleNames.filter(module => new RegExp(`^ *${module}:$`, 'm').test(text));
});

export interface Release {
  readonly title: string;
  /** Folder of its programs; undefined: those that are installed. */
  readonly programs: () => Promise<string | undefined>;
}

const [oldest] = testedVersions.ansible;

/** Releases of ansible-core for what they read in different ways; `npm run test:matrix` has the oldest, too. */
export const releases: readonly Release[] = [
  { title: 'ansible-core as it is here', programs: () => Promise.resolve(undefined) },
  ...(process.env['MANY'] === undefined ? [] : [{ title: `ansible-core ${oldest.version}`, programs: programsOfOldest }]),
];

async function programsOfOldest(): Promise<string> {
  return orNoPython(await ansiblePrograms(oldest), oldest);
}

/** A copy of the role whose modules, but for those that are real, only write down that they ran, and with what. */
export interface Sandbox {
  readonly folder: string;
  readonly play: (
    playbook: string,
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Played>;
  readonly remove: () => Promise<void>;
}

export interface Call {
  /** Environment variable CALLER of the play. */
  readonly caller: string;
  readonly module: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Played {
  readonly calls: readonly Call[];
  readonly output: string;
  readonly exitCode: number;
}

/** Shell text that a module of the copy runs before it answers "nothing to do". */
export type Answers = Readonly<Record<string, string>>;

/** The node of the inventory is this machine: what is tested is the role, not the way to a node. */
const INVENTORY = 'pve01 ansible_connection=local\n';

export async function makeSandbox(
  answers: Answers = {},
  inventory = INVENTORY,
  real: readonly string[] = [],
  programs?: string,
): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'proxmox-role-'));
  const role = join(folder, 'roles/proxmox');
  await cp(`${root}role/proxmox`, role, { recursive: true });
  await rm(join(role, 'library'), { recursive: true });
  await mkdir(join(role, 'library'));
  for (const module of moduleNames) {
    const bundle = join(role, 'library', `${module}.js`);
    if (real.includes(module)) await cp(`${root}role/proxmox/library/${module}.js`, bundle);
    else await writeFile(bundle, stub(module, answers[module] ?? ''));
  }
  await writeFile(join(folder, 'inventory'), inventory);
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/apt-get'), APT_GET, { mode: 0o755 });
  let plays = 0;
  return {
    folder,
    play: (playbook, args, env) => play({ folder, programs }, `${++plays}`, playbook, args, env),
    remove: () => rm(folder, { recursive: true }),
  };
}

/**
 * Takes its arguments as the bundles do, so that it is pipelined as they are. Those of several hosts come at once: the last
 * call is its own until it has answered.
 */
const stub = (module: string, answer: string): string => `#!/bin/sh
exec 9>>"$CALLS"
flock 9
printf '%s\\t%s\\t' "$CALLER" ${module} >&9
cat >&9 <<'ARGS'
<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>
ARGS
${answer}
echo '{"changed": false, "msg": "nothing to do"}'
`;

/** Stands before the real one, so that no test installs anything; as with lists that are too old, it needs an update. */
const APT_GET = `#!/bin/sh
echo "$*" >>"$CALLS.apt"
case "$*" in *install*) grep -q update "$CALLS.apt" && touch "$CALLS.node" ;; esac
`;

async function play(
  { folder, programs }: { readonly folder: string; readonly programs: string | undefined },
  name: string,
  playbook: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Played> {
  const calls = join(folder, `calls-${name}`);
  await writeFile(calls, '');
  await writeFile(join(folder, `play-${name}.yml`), playbook);
  const { all, exitCode = 1 } = await execa(
    `${programs ?? `${root}.venv/bin`}/ansible-playbook`,
    ['-i', 'inventory', `play-${name}.yml`, ...args],
    {
      cwd: folder,
      all: true,
      reject: false,
      env: { ...(programs === undefined && SPARING), ...environment(folder, calls), ...env },
    },
  );
  return { calls: readCalls(await readFile(calls, 'utf8')), output: all, exitCode };
}

const environment = (folder: string, calls: string): Readonly<Record<string, string>> => ({
  CALLS: calls,
  PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
  ANSIBLE_ROLES_PATH: join(folder, 'roles'),
  ANSIBLE_LOCALHOST_WARNING: 'false',
  ANSIBLE_PYTHON_INTERPRETER: 'auto_silent',
  ANSIBLE_NOCOLOR: '1',
});

const readCalls = (text: string): Call[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [caller = '', module = '', args = '{}'] = line.split('\t');
      return { caller, module, args: JSON.parse(args) as Call['args'] };
    });
