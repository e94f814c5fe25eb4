import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';

export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** What the tests printed, and how long they took. */
  readonly report: string;
}

/** More than can be named. */
const MANY = 10;
/** Longer than any file takes on a slow machine that is busy; mocha itself ends a test that waits for ever. */
const LIMIT_MINUTES = 20;

/**
 * Runs test files in a process of their own. A process that dies without a
 * count has failed, and so has one that is killed when its time is over.
 */
export async function runFiles(files: readonly string[], minutes = LIMIT_MINUTES): Promise<Outcome> {
  const name = files.length < MANY ? files.join(', ') : `${files.length} files beside the code`;
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  const began = performance.now();
  // Into a file: what the process started may live on, and would keep a pipe open.
  const log = openSync(join(folder, 'output'), 'w');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'in-process.ts'), ...files],
    {
      cwd: root,
      stdio: ['ignore', log, log],
      timeout: minutes * 60_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    },
  );
  await once(child, 'exit');
  closeSync(log);
  const output = readFileSync(join(folder, 'output'), 'utf8').trimEnd();
  rmSync(folder, { recursive: true });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const [line, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(output.split('\n').at(-1) ?? '') ?? [];
  if (line !== undefined) {
    const report = `${output.slice(0, -line.length)}  ${name}: ${seconds} s`;
    return { name, passed: Number(passed), failed: Number(failed), report };
  }
  const end = child.signalCode ?? `exit ${child.exitCode ?? 0}`;
  const why = child.killed ? `killed after ${minutes} minutes` : `ended by ${end}`;
  return { name, passed: 0, failed: 1, report: `${output}\n  ${name}: ${why}, before its tests were done` };
}
