import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { execa } from 'execa';

/** Every program of a cluster starts with this environment: nothing of the caller's leaks in. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
};

/** How a program ended; `rc` is 128 + the signal's number for one that was killed. */
export interface Finished {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
}

const KILLED = 128 + 9;

/** Runs a program to its end, whatever its exit code, in the environment given and no other. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [program = '', ...args] = argv;
  const result = await execa(program, args, {
    env: options.env ?? CLEAN_ENVIRONMENT,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    input: options.stdin ?? '',
    timeout: options.timeout ?? 0,
    killSignal: 'SIGKILL',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (result.code === 'ENOENT') throw new Error(`cannot run ${program}: ${result.shortMessage}`);
  return { rc: result.exitCode ?? KILLED, stdout: result.stdout, stderr: result.stderr };
}

/** As `run`, but a failure is an error that quotes what the program said. */
export async function runOrThrow(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { rc, stdout, stderr } = await run(argv, options);
  if (rc !== 0) throw new Error(`${argv.join(' ')}: exit code ${rc}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** A process that outlives the call that started it. */
export interface Daemon {
  /** The process that reported to be ready, as this process sees its number. */
  readonly pid: number;
  /** Waits until the started program has ended, and keeps this process alive for so long. */
  readonly ended: () => Promise<void>;
}

export interface DaemonOptions {
  readonly logFile: string;
  /** Whether it goes on when this process ends. */
  readonly isPersistent: boolean;
}

/** Starts a program that prints `ready PID` once it is up; what it says on standard error goes to the log file. */
export async function startDaemon(argv: readonly string[], options: DaemonOptions): Promise<Daemon> {
  const log = openSync(options.logFile, 'a');
  const [program = '', ...args] = [...dyingWithParent(options), ...argv];
  const child = spawn(program, args, {
    detached: options.isPersistent,
    env: CLEAN_ENVIRONMENT,
    cwd: '/',
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const exited = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  const pid = await readyLine(child.stdout, exited, options.logFile);
  child.stdout?.destroy();
  child.unref();
  return { pid, ended: () => waitForEnd(child, exited) };
}

// What nobody waits for does not keep this process alive; what is waited for does, else it would end in the middle.
async function waitForEnd(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.ref();
  await exited;
}

function dyingWithParent(options: DaemonOptions): readonly string[] {
  return options.isPersistent ? [] : ['setpriv', '--pdeathsig', 'KILL'];
}

async function readyLine(stdout: Readable | null, exited: Promise<void>, logFile: string): Promise<number> {
  const ready = new Promise<number>(resolve => {
    let text = '';
    stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      const pid = /^ready (\d+)$/m.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
  });
  const failed = exited.then(() => {
    throw new Error(`cannot start a part of the test node: ${readFileSync(logFile, 'utf8').trim()}`);
  });
  return Promise.race([ready, failed]);
}

/** The moment a process started, in clock ticks since boot; with its number it names a process for good. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces: fields are counted from behind it. A zombie has ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Kills a process at once and waits until the kernel has cleared it away. */
export async function killAndWait(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
  while (startTime(pid) !== undefined) await new Promise(resolve => setTimeout(resolve, 5));
}
