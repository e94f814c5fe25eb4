import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MILLISECONDS = 3000;
/** Share of the processors that a machine with nothing to do is busy at most. */
const QUIET = 0.1;

/** Ticks of all processors since the machine started (proc(5), the first line of /proc/stat): in all, and idle. */
function ticks(): readonly [number, number] {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const fields = line.split(/\s+/).slice(1, 9).map(Number);
  const [, , , idle = 0, waiting = 0] = fields;
  return [fields.reduce((sum, field) => sum + field, 0), idle + waiting];
}

/** What to say before anything is measured where something else is at work; nothing on a quiet machine. */
export async function warningOfNoise(): Promise<string | undefined> {
  const [all, idle] = ticks();
  await sleep(MILLISECONDS);
  const [allThen, idleThen] = ticks();
  const busy = 1 - (idleThen - idle) / (allThen - all);
  if (busy <= QUIET) return undefined;
  return `THE MACHINE IS NOT QUIET: other work takes ${Math.round(busy * 100)} % of its processors; what follows means little`;
}
