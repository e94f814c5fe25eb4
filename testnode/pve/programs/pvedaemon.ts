import { TASKS } from '../commands/tasks.ts';
import { serveCalls } from '../rest/daemon.ts';
import { WORKER_ARGUMENT } from '../rest/daemon-pool.ts';
import { workOnCalls } from '../rest/daemon-worker.ts';
import { TASK_ARGUMENT } from '../tasks/start.ts';
import { workAsTask } from '../tasks/work.ts';
import { runService } from './service.ts';

const [kind, ...rest] = process.argv.slice(2);

if (kind === TASK_ARGUMENT) void workAsTask(TASKS, rest);
else if (kind === WORKER_ARGUMENT) workOnCalls();
else void runService({ name: 'pvedaemon', pidFile: '/run/pvedaemon.pid', serve: serveCalls });
