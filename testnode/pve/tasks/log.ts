import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';

const DIRECTORY = '/var/log/pve/tasks';
const INDEX = `${DIRECTORY}/index`;

/** A task that has ended. */
export interface EndedTask {
  readonly upid: string;
  readonly endTime: number;
  readonly status: string;
}

/** Notes the end of a task where PVE does: one line in the index, the id, the time in hexadecimal and the status. */
export function logTask({ upid, endTime, status }: EndedTask): void {
  mkdirSync(DIRECTORY, { recursive: true });
  appendFileSync(INDEX, `${upid} ${endTime.toString(16).toUpperCase()} ${status}\n`);
}

/** All tasks that have ended, the last one first. */
export function endedTasks(): readonly EndedTask[] {
  if (!existsSync(INDEX)) return [];
  return readFileSync(INDEX, 'utf8')
    .split('\n')
    .flatMap(line => {
      const match = /^(UPID:\S+) ([0-9A-F]+) (.*)$/.exec(line);
      return match
        ? [{ upid: match[1] ?? '', endTime: parseInt(match[2] ?? '', 16), status: match[3] ?? '' }]
        : [];
    })
    .reverse();
}
