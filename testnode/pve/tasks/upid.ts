import { readFileSync } from 'node:fs';
import { localNode } from '../config/cluster.ts';

/** What a task is: its kind, such as `qmcreate`, and the VMID it is about. */
export interface TaskName {
  readonly kind: string;
  readonly id: string;
}

/** The unique id of this process as a worker: `UPID:node:pid:start:time:kind:id:user:`. */
export function upidOfThisProcess({ kind, id }: TaskName): string {
  const numbers = [process.pid, processStart(), Math.floor(Date.now() / 1000)].map(hex);
  return `UPID:${localNode()}:${numbers.join(':')}:${kind}:${id}:root@pam:`;
}

function hex(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, '0');
}

// Field 22 of /proc/self/stat, counted after the name, which may hold blanks (proc(5)).
function processStart(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}
