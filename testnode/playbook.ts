import { execa } from 'execa';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Cluster } from './host/cluster-handle.ts';
import { CLEAN_ENVIRONMENT } from './system/processes.ts';

const PROJECT = join(import.meta.dirname, '..');
const VENV = join(PROJECT, '.venv/bin');

export interface PlaybookOptions {
  /** Playbook file; relative paths start at the project. */
  readonly playbook: string;
  readonly args?: readonly string[];
  /** Inventory in place of the cluster's own. */
  readonly inventory?: string;
  /** Home of the user who runs it, with the SSH keys that the playbook looks up. */
  readonly home: string;
  /** Folder with the `ansible-playbook` to run, if not the project's own. */
  readonly programs?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What goes before the program, such as a tracer. */
  readonly wrapper?: readonly string[];
  /** Show the output as it comes. */
  readonly isShown?: boolean;
}

/** What a playbook run came to. */
export interface PlaybookRun {
  readonly rc: number;
  /** Everything that ansible-playbook printed. */
  readonly output: string;
  /** Counts of the recap, summed over its hosts. */
  readonly counts: Readonly<Record<'ok' | 'changed' | 'unreachable' | 'failed' | 'skipped', number>>;
}

/** Runs `ansible-playbook` as the controller of a cluster, with the project's role and nothing of the caller's environment. */
export async function runPlaybook(cluster: Cluster, options: PlaybookOptions): Promise<PlaybookRun> {
  const { args = [], home, programs = VENV, env = {}, isShown = false } = options;
  const [program = '', ...rest] = [
    ...cluster.enterController(),
    ...(options.wrapper ?? []),
    join(programs, 'ansible-playbook'),
    '-i',
    options.inventory ?? cluster.inventoryFile,
    resolve(PROJECT, options.playbook),
    ...args,
  ];
  const result = await execa(program, rest, {
    all: true,
    reject: false,
    extendEnv: false,
    cwd: PROJECT,
    stdin: 'ignore',
    stdout: isShown ? ['pipe', 'inherit'] : 'pipe',
    stderr: isShown ? ['pipe', 'inherit'] : 'pipe',
    env: {
      ...ansibleEnvironment(home, programs),
      ...(isShown && process.stdout.isTTY && { ANSIBLE_FORCE_COLOR: '1' }),
      ...env,
    },
  });
  return { rc: result.exitCode ?? -1, output: result.all, counts: readRecap(result.all) };
}

function ansibleEnvironment(home: string, programs: string): Readonly<Record<string, string>> {
  return {
    ...CLEAN_ENVIRONMENT,
    PATH: `${programs}:${CLEAN_ENVIRONMENT['PATH'] ?? ''}`,
    HOME: home,
    ANSIBLE_ROLES_PATH: join(PROJECT, 'role'),
    ANSIBLE_NOCOWS: '1',
    ANSIBLE_LOCALHOST_WARNING: 'False',
    ANSIBLE_INVENTORY_UNPARSED_WARNING: 'False',
  };
}

/** Sums lines such as `localhost : ok=9 changed=4 unreachable=0 failed=0 skipped=2`. */
function readRecap(output: string): PlaybookRun['counts'] {
  // In colour, the names stand right after a letter of an escape sequence.
  const recap = stripVTControlCharacters(output.slice(output.lastIndexOf('PLAY RECAP')));
  const sum = (name: string): number =>
    [...recap.matchAll(new RegExp(`\\b${name}=(\\d+)`, 'g'))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  return {
    ok: sum('ok'),
    changed: sum('changed'),
    unreachable: sum('unreachable'),
    failed: sum('failed'),
    skipped: sum('skipped'),
  };
}
