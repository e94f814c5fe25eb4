import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter } from 'node:path';
import { PROGRAM_FOLDERS, ROLES_PATH } from './where.ts';

/** A run of `ansible-playbook`. */
export interface PlaybookRun {
  /** Undefined: it was killed. */
  readonly rc: number | undefined;
  readonly output: string;
}

/** Runs a program of Ansible with the project's role. `killAt`: the text of its output at which it is killed. */
export function runAnsible(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { killAt, signal }: { readonly killAt?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<PlaybookRun> {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C reaches this process alone, and what is killed is killed as a whole.
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(env),
    });
    const stop = (): void => killAll(child);
    signal?.addEventListener('abort', stop);
    let output = '';
    const hear = (bytes: Buffer): void => {
      output += bytes.toString('utf8');
      if (killAt !== undefined && output.includes(killAt)) killAll(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', code => {
      signal?.removeEventListener('abort', stop);
      resolve({ rc: code ?? undefined, output });
    });
  });
}

function killAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const path = [...PROGRAM_FOLDERS, process.env['PATH'] ?? ''];
  return {
    ...process.env,
    PATH: path.join(delimiter),
    ANSIBLE_ROLES_PATH: ROLES_PATH,
    ANSIBLE_NOCOWS: '1',
    ANSIBLE_SSH_RETRIES: process.env['ANSIBLE_SSH_RETRIES'] ?? '3',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_FORCE_COLOR: '0',
    ANSIBLE_STDOUT_CALLBACK: 'default',
    ANSIBLE_LOCALHOST_WARNING: 'False',
    ANSIBLE_INVENTORY_UNPARSED_WARNING: 'False',
    ...env,
  };
}

/** Changes that the recap of a run has counted. */
export function changedIn(output: string): number {
  const recap = output.slice(output.lastIndexOf('PLAY RECAP'));
  return [...recap.matchAll(/\bchanged=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** What went wrong in a run, on one line: what the role's preflight names, else the first failure, else the last line. */
export function errorIn(output: string): string {
  const problems = [...output.matchAll(/^\s*"problem (PVE-.*)",?$/gm)].map(([, problem = '']) => problem);
  const [, failure] = /^fatal: .*?(?:FAILED|UNREACHABLE)! => (\{.*\}$|\{$[^]*?^\})/m.exec(output) ?? [];
  const said =
    problems.length > 0
      ? [...new Set(problems)].join(' ')
      : failure === undefined
        ? output.trim().split('\n').at(-1)
        : messageOf(failure);
  return (said ?? '').replaceAll(/\s+/g, ' ').slice(0, 1000);
}

function messageOf(failure: string): string {
  // What Ansible prints of a task that has failed.
  const { msg } = JSON.parse(failure) as { readonly msg?: unknown };
  return typeof msg === 'string' ? msg : JSON.stringify(msg ?? failure);
}
