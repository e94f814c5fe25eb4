import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';

type Counts = Readonly<Record<'passed' | 'failed', number>>;

export interface Outcome extends Counts {
  readonly name: string;
  /** What the tests printed, and how long they took. */
  readonly report: string;
}

interface Lane {
  /** Runs a test file in the lane's process, in at most that many minutes. */
  run(file: string, minutes?: number): Promise<Outcome>;
  end(): void;
}

/** Longer than any file takes on a slow machine that is busy; mocha itself ends a test that waits for ever. */
const LIMIT_MINUTES = 20;

/**
 * A process that runs one test file after the other, as what they load takes long to load. A file has failed of which it
 * dies without a count, or that it is killed for when the time is over; the next file has a new process.
 */
export function openLane(): Lane {
  let child: ChildProcess | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  const log = join(folder, 'output');

  async function run(file: string, minutes = LIMIT_MINUTES): Promise<Outcome> {
    const began = performance.now();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) child = start(log);
    const told = readFileSync(log).length;
    child.send(file);
    const counts = await outcomeOf(child, minutes);
    const output = readFileSync(log).subarray(told).toString().trimEnd();
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    if (typeof counts !== 'string')
      return { name: file, ...counts, report: `${output}\n  ${file}: ${seconds} s` };
    const report = `${output}\n  ${file}: ${counts}, before its tests were done`;
    return { name: file, passed: 0, failed: 1, report };
  }

  function end(): void {
    if (child?.connected === true) child.disconnect();
    rmSync(folder, { recursive: true });
  }
  return { run, end };
}

function start(log: string): ChildProcess {
  // Into a file: what the process started may live on, and would keep a pipe open.
  const output = openSync(log, 'a');
  const child = fork(join(import.meta.dirname, 'in-process.ts'), {
    cwd: root,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  });
  closeSync(output);
  return child;
}

/** What the process says of its file, or how it ended. */
async function outcomeOf(child: ChildProcess, minutes: number): Promise<Counts | string> {
  const over = new AbortController();
  const late = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
  try {
    return await Promise.race([
      once(child, 'message', { signal: over.signal }).then(([counts]) => counts as Counts),
      once(child, 'exit', { signal: over.signal }).then(() => {
        const end = child.signalCode ?? `exit ${child.exitCode ?? 0}`;
        return child.killed ? `killed after ${minutes} minutes` : `ended by ${end}`;
      }),
    ]);
  } finally {
    clearTimeout(late);
    over.abort();
  }
}
