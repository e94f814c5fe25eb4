import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Reply } from '../api/reply.ts';
import { plainReply } from '../api/reply.ts';
import type { DaemonCall } from './ask-daemon.ts';

/** As many calls as pvedaemon does at once; the next ones wait. */
const MOST_WORKERS = 3;

/** The argument that makes pvedaemon one of its own workers. */
export const WORKER_ARGUMENT = '--worker';

interface Job {
  readonly call: DaemonCall;
  readonly done: (reply: Reply) => void;
}

/** Processes that do one call at a time, so that what blocks one keeps no other waiting. Started when first needed. */
export function createPool(): { readonly run: (call: DaemonCall) => Promise<Reply> } {
  const idle: ChildProcess[] = [];
  const waiting: Job[] = [];
  const busy = new Map<ChildProcess, Job>();

  const next = (): void => {
    const job = waiting[0];
    if (!job) return;
    const worker = idle.pop() ?? (busy.size < MOST_WORKERS ? start() : undefined);
    if (!worker) return;
    waiting.shift();
    busy.set(worker, job);
    worker.send(job.call);
  };
  const start = (): ChildProcess => {
    const worker = fork(process.argv[1] ?? '', [WORKER_ARGUMENT]);
    worker.on('message', reply => {
      // Sent by our own worker (daemon-worker.ts).
      busy.get(worker)?.done(reply as Reply);
      busy.delete(worker);
      idle.push(worker);
      next();
    });
    worker.on('exit', () => {
      busy.get(worker)?.done(plainReply(596, 'Broken pipe'));
      busy.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
      next();
    });
    return worker;
  };
  return {
    run: call =>
      new Promise(done => {
        waiting.push({ call, done });
        next();
      }),
  };
}
