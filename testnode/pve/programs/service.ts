import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { complain, print } from '../runtime/output.ts';

const LOG = '/var/log/testnode/services.log';
const SECONDS_TO_WAIT = 10;

/** A program that runs for as long as the node does. */
export interface Service {
  readonly name: string;
  readonly pidFile: string;
  /** Resolves when clients can connect. */
  readonly serve: () => Promise<Server>;
}

/** `pveproxy start`, `stop`, `restart`, `status`, and `run`, which stays in the foreground. */
export async function runService(service: Service): Promise<void> {
  switch (process.argv[2]) {
    case 'run':
      return runInForeground(service);
    case 'start':
      return start(service);
    case 'stop':
      return stop(service);
    case 'restart':
      await stop(service);
      return start(service);
    case 'status': {
      print(pidOf(service) === undefined ? 'stopped' : 'running');
      return;
    }
    default:
      complain(`USAGE: ${service.name} start|stop|restart|status|run`);
      process.exitCode = 255;
  }
}

async function runInForeground({ serve, pidFile }: Service): Promise<void> {
  const server = await serve();
  mkdirSync(dirname(pidFile), { recursive: true });
  writeFileSync(pidFile, `${process.pid}\n`);
  const end = (): void => {
    rmSync(pidFile, { force: true });
    server.close();
    process.exit();
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}

async function start(service: Service): Promise<void> {
  if (pidOf(service) !== undefined) return;
  rmSync(service.pidFile, { force: true });
  const log = openSync(LOG, 'a');
  spawn(process.execPath, [process.argv[1] ?? '', 'run'], {
    detached: true,
    stdio: ['ignore', log, log],
  }).unref();
  if (!(await until(() => pidOf(service) !== undefined))) fail(`cannot start ${service.name}: see ${LOG}`);
}

async function stop(service: Service): Promise<void> {
  const pid = pidOf(service);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  if (!(await until(() => pidOf(service) === undefined)))
    fail(`cannot stop ${service.name}: process ${pid} goes on`);
}

function fail(text: string): void {
  complain(text);
  process.exitCode = 255;
}

function pidOf({ pidFile }: Service): number | undefined {
  if (!statSync(pidFile, { throwIfNoEntry: false })) return undefined;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  return pid > 0 && statSync(`/proc/${pid}`, { throwIfNoEntry: false }) ? pid : undefined;
}

async function until(isTrue: () => boolean): Promise<boolean> {
  const deadline = Date.now() + SECONDS_TO_WAIT * 1000;
  while (!isTrue()) {
    if (Date.now() > deadline) return false;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return true;
}
