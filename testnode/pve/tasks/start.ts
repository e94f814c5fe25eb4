import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { PveFailure } from '../runtime/failure.ts';
import { complain, relay } from '../runtime/output.ts';
import type { TaskPayload } from './payload.ts';
import type { TaskName } from './upid.ts';

/** A worker's work in words that survive the way to another process. */
export interface TaskOrder extends TaskName {
  readonly payload: TaskPayload;
}

/** How a worker ended. */
export interface TaskResult {
  readonly upid: string;
  /** `OK`, `WARNINGS: n`, or what went wrong. */
  readonly status: string;
}

/** The argument that makes a PVE program a worker. */
export const TASK_ARGUMENT = '--task';
const RESULT_DESCRIPTOR = 3;

/**
 * Runs a task in a worker, as PVE does: a process of its own, whose output passes through the caller. So the worker
 * outlives a caller that is killed, until it next has something to say.
 */
export async function runTask(order: TaskOrder): Promise<TaskResult> {
  const result = await spawnWorker(order);
  const warnings = /^WARNINGS: (\d+)$/.exec(result.status)?.[1];
  if (warnings !== undefined) complain(`Task finished with ${warnings} warning(s)!`);
  else if (result.status !== 'OK') throw new PveFailure(result.status);
  return result;
}

/** Runs a task whose failure PVE only mentions: the command ends well all the same. */
export async function runTaskWithoutVerdict(order: TaskOrder): Promise<void> {
  const { status } = await spawnWorker(order);
  if (status !== 'OK') complain(status);
}

function spawnWorker({ kind, id, payload }: TaskOrder): Promise<TaskResult> {
  const program = process.argv[1] ?? '';
  const child = spawn(process.execPath, [program, TASK_ARGUMENT, kind, id], {
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
  });
  const stop = (): boolean => child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return new Promise((resolve, reject) => {
    let answer = '';
    streamOf(child.stdio[1]).on('data', (bytes: Buffer) => relay(bytes));
    streamOf(child.stdio[RESULT_DESCRIPTOR]).on('data', (bytes: Buffer) => {
      answer += bytes.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', () => resolve(parseResult(answer)));
    child.stdin?.end(JSON.stringify(payload));
  });
}

function parseResult(answer: string): TaskResult {
  // Written by our own worker, below in this folder.
  return answer === '' ? { upid: '', status: 'unexpected status' } : (JSON.parse(answer) as TaskResult);
}

function streamOf(stream: Readable | Writable | null | undefined): Readable {
  if (stream && 'read' in stream) return stream;
  throw new Error('a worker has a pipe for its output and one for its result');
}
