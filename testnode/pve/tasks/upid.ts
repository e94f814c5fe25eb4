import { localNode } from '../config/cluster.ts';
import { processStart } from '../running/process.ts';
import { currentSession } from './session.ts';

/** What a task is: its kind, such as `qmcreate`, and the VMID or name it is about. */
export interface TaskName {
  readonly kind: string;
  readonly id: string;
}

/** What the unique id of a task says. */
export interface Upid {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  /** When the process started, in clock ticks since boot: with its number it names a process for good. */
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

const UPID =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** The unique id of this process as a worker: `UPID:node:pid:start:time:kind:id:user:`. */
export function upidOfThisProcess({ kind, id }: TaskName): string {
  const start = processStart(process.pid) ?? 0;
  const numbers = [process.pid, start, Math.floor(Date.now() / 1000)].map(hex);
  return `UPID:${localNode()}:${numbers.join(':')}:${kind}:${id}:${currentSession().user}:`;
}

/** Takes a unique id apart; nothing for what is none. */
export function parseUpid(upid: string): Upid | undefined {
  const match = UPID.exec(upid);
  if (!match) return undefined;
  const [, node = '', pid = '', pstart = '', starttime = '', type = '', id = '', user = ''] = match;
  const numbers = {
    pid: parseInt(pid, 16),
    pstart: parseInt(pstart, 16),
    starttime: parseInt(starttime, 16),
  };
  return { upid, node, ...numbers, type, id, user };
}

function hex(number: number): string {
  return number.toString(16).toUpperCase().padStart(8, '0');
}
