import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { isSystemError } from '../runtime/failure.ts';
import { readIfThere } from '../runtime/read-if-there.ts';
import { processStart } from '../running/process.ts';
import { parseUpid } from './upid.ts';
import type { Upid } from './upid.ts';

const DIRECTORY = '/var/log/pve/tasks';
const INDEX = `${DIRECTORY}/index`;
/** A file for each task that runs; what has a file and no process was killed. */
const RUNNING = '/run/testnode/tasks';
const UNEXPECTED = 'unexpected status';

/** A task that has ended. */
export interface EndedTask extends Upid {
  readonly endtime: number;
  /** `OK`, `WARNINGS: n`, or what went wrong. */
  readonly status: string;
}

/** Opens the log of a task that begins, and counts it among those that run. */
export function openTaskLog(upid: string): number {
  const file = logFileOf(upid);
  mkdirSync(file.replace(/\/[^/]+$/, ''), { recursive: true });
  mkdirSync(RUNNING, { recursive: true });
  const descriptor = openSync(file, 'a', 0o640);
  writeFileSync(`${RUNNING}/${upid}`, '');
  return descriptor;
}

/** Writes the last line of a task's log, and the task into the list of those that have ended. */
export function closeTaskLog(upid: string, status: string): void {
  const verdict = status === 'OK' || status.startsWith('WARNINGS: ') ? status : `ERROR: ${status}`;
  appendFileSync(logFileOf(upid), `TASK ${verdict}\n`);
  listAsEnded(upid, status);
}

/** All tasks that run. */
export function runningTasks(): readonly Upid[] {
  return tasksWithFile().filter(isAlive);
}

/** All tasks that have ended, the last one first. */
export function endedTasks(): readonly EndedTask[] {
  for (const task of tasksWithFile()) if (!isAlive(task)) listAsEnded(task.upid, statusInLog(task.upid));
  return [...(readIfThere(INDEX)?.toString() ?? '').matchAll(/^(UPID:\S+) ([0-9A-F]+) (.*)$/gm)]
    .flatMap(([, id = '', endtime = '', status = '']) => {
      const upid = parseUpid(id);
      return upid ? [{ ...upid, endtime: parseInt(endtime, 16), status }] : [];
    })
    .reverse();
}

/** How a task ended; nothing while it runs. */
export function exitStatusOf(task: Upid): string | undefined {
  return isAlive(task) ? undefined : statusInLog(task.upid);
}

/** True when there is a log of this task. */
export function isKnownTask(upid: string): boolean {
  return existsSync(logFileOf(upid));
}

/** The lines of a task's log; nothing when there is no log. */
export function taskLog(upid: string): readonly string[] | undefined {
  const text = readIfThere(logFileOf(upid))?.toString();
  return text === '' ? [] : text?.replace(/\n$/, '').split('\n');
}

export function isAlive({ pid, pstart }: Upid): boolean {
  return processStart(pid) === pstart;
}

// Whoever removes the file of the task is the one who lists it: so it is listed once.
function listAsEnded(upid: string, status: string): void {
  try {
    unlinkSync(`${RUNNING}/${upid}`);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    throw error;
  }
  const time = Math.floor(Date.now() / 1000)
    .toString(16)
    .toUpperCase();
  appendFileSync(INDEX, `${upid} ${time} ${status}\n`);
}

function tasksWithFile(): readonly Upid[] {
  if (!existsSync(RUNNING)) return [];
  return readdirSync(RUNNING).flatMap(upid => parseUpid(upid) ?? []);
}

function statusInLog(upid: string): string {
  const last = (readIfThere(logFileOf(upid))?.toString() ?? '').trimEnd().split('\n').at(-1) ?? '';
  const [, kind, error] = /^TASK (OK$|WARNINGS: \d+$|ERROR: (.*))/.exec(last) ?? [];
  return error ?? kind ?? UNEXPECTED;
}

// PVE spreads its logs over folders, by the last digit of the time.
function logFileOf(upid: string): string {
  const digit = upid.split(':')[4]?.slice(-1) ?? '0';
  return `${DIRECTORY}/${digit}/${upid}`;
}
