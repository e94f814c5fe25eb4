import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { PveFailure } from '../runtime/failure.ts';
import { complain, relay } from '../runtime/output.ts';
import { nodeSettings } from '../runtime/settings.ts';
import { runningTasks } from './log.ts';
import type { TaskPayload } from './payload.ts';
import { currentSession } from './session.ts';
import type { TaskName } from './upid.ts';

/** A worker's work in words that survive the way to another process. */
export interface TaskOrder extends TaskName {
  readonly payload: TaskPayload;
}

/** What a worker tells the one who started it: its id at once, and how it ended. */
export interface TaskResult {
  readonly upid: string;
  /** `OK`, `WARNINGS: n`, what went wrong, or `running` for a worker that nobody waits for. */
  readonly status: string;
}

/** The argument that makes a PVE program a worker. */
export const TASK_ARGUMENT = '--task';
/** The word that says in whose session a worker is. */
export const BY_API = 'api';
/** What a process that nobody waits for is. */
export const RUNNING = 'running';

const NO_WORKER = 'got no worker upid - start worker failed';
const RESULT_DESCRIPTOR = 3;
/** Node writes a process title over its arguments, so they have to be long enough for a UPID. */
const ROOM_FOR_TITLE = ' '.repeat(120);

/**
 * Runs a task in a worker, as PVE does: a process of its own. For a command its output passes through the caller, who
 * waits; so the worker outlives a caller that is killed, until it next has something to say. Behind the API it goes on
 * by itself, and says everything to its log alone.
 */
export async function runTask(order: TaskOrder): Promise<TaskResult> {
  const result = await spawnWorker(order);
  const warnings = /^WARNINGS: (\d+)$/.exec(result.status)?.[1];
  if (warnings !== undefined) complain(`Task finished with ${warnings} warning(s)!`);
  else if (result.status !== 'OK' && result.status !== RUNNING) throw new PveFailure(result.status);
  return result;
}

/** Runs a task whose failure PVE only mentions: the command ends well all the same. */
export async function runTaskWithoutVerdict(order: TaskOrder): Promise<TaskResult> {
  const result = await spawnWorker(order);
  if (result.status !== 'OK' && result.status !== RUNNING) complain(result.status);
  return result;
}

function spawnWorker(order: TaskOrder): Promise<TaskResult> {
  return currentSession().isByApi ? spawnInBackground(order) : spawnAndWait(order);
}

function spawnAndWait(order: TaskOrder): Promise<TaskResult> {
  const child = start(order, false);
  const stop = (): boolean => child.kill('SIGTERM');
  process.once('SIGINT', stop).once('SIGTERM', stop);
  streamOf(child.stdio[1]).on('data', (bytes: Buffer) => relay(bytes));
  return new Promise((resolve, reject) => {
    let said = '';
    streamOf(child.stdio[RESULT_DESCRIPTOR]).on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', () => resolve(lastResult(said)));
  });
}

function spawnInBackground(order: TaskOrder): Promise<TaskResult> {
  if (isWorkerLost()) return Promise.reject(new PveFailure(NO_WORKER));
  const child = start(order, true);
  child.unref();
  const results = streamOf(child.stdio[RESULT_DESCRIPTOR]);
  return new Promise((resolve, reject) => {
    let said = '';
    results.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
      if (!said.includes('\n')) return;
      results.destroy();
      resolve({ upid: lastResult(said).upid, status: RUNNING });
    });
    child.on('error', reject);
    child.on('exit', () => reject(new PveFailure(NO_WORKER)));
  });
}

// Seen on real nodes when workers start at the same time.
function isWorkerLost(): boolean {
  const { lostWorkers } = nodeSettings();
  const isOrdered = process.env['TESTNODE_LOSE_WORKER'] === '1';
  return isOrdered || (lostWorkers > 0 && runningTasks().length > 0 && Math.random() < lostWorkers);
}

function start({ kind, id, payload }: TaskOrder, isInBackground: boolean): ChildProcess {
  const program = process.argv[1] ?? '';
  const { user, isByApi } = currentSession();
  const child = spawn(
    process.execPath,
    [program, TASK_ARGUMENT, kind, id, user, isByApi ? BY_API : '', ROOM_FOR_TITLE],
    {
      detached: isInBackground,
      stdio: isInBackground ? ['pipe', 'ignore', 'ignore', 'pipe'] : ['pipe', 'pipe', 'inherit', 'pipe'],
    },
  );
  child.stdin?.end(JSON.stringify(payload));
  return child;
}

function lastResult(said: string): TaskResult {
  const line = said.trimEnd().split('\n').at(-1) ?? '';
  // Written by our own worker (work.ts).
  const result = line === '' ? { upid: '', status: RUNNING } : (JSON.parse(line) as TaskResult);
  return result.status === RUNNING ? { ...result, status: 'unexpected status' } : result;
}

function streamOf(stream: Readable | Writable | null | undefined): Readable {
  if (stream && 'read' in stream) return stream;
  throw new Error('a worker has a pipe for its output and one for its result');
}
