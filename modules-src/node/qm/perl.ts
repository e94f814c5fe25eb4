import { join } from 'node:path';
import { privateFolder } from '../../system/private-files.ts';
import { COMMAND_ENVIRONMENT } from '../../system/run-command.ts';
import { frame } from './frame.ts';
import { acceptAt, onLines } from './lines.ts';
import { PROGRAM } from './program.ts';
import { openCall, type CallEvents, type StartedCall } from './started-call.ts';

/** A Perl process that loads, or has loaded, what `qm` loads. */
export interface Perl {
  /** Whether it has come to be ready. */
  readonly ready: Promise<boolean>;
  readonly start: (argv: readonly string[]) => StartedCall;
  readonly end: () => void;
}

/** Milliseconds that loading may take, on a node that is very busy. */
const PATIENCE = 60_000;

/** `switches` are those of Perl. */
export async function startPerl(switches: readonly string[] = []): Promise<Perl> {
  const calls = new Map<string, CallEvents>();
  const path = join(privateFolder(), 'qm');
  const server = await acceptAt(path, (greeting, line) => {
    const [call = '', which = ''] = greeting.split(' ');
    calls.get(call)?.connect(which, line);
  });
  const { spawn } = await import('node:child_process');
  const child = spawn('/usr/bin/perl', [...switches, '-e', PROGRAM, path], {
    env: COMMAND_ENVIRONMENT,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  const patience = setTimeout(kill, PATIENCE);
  let [isGone, count] = [false, 0];
  const ready = new Promise<boolean>(resolve => {
    const go = (): void => {
      clearTimeout(patience);
      isGone = true;
      resolve(false);
      calls.forEach(({ end }) => end('lost'));
    };
    child.once('error', go).once('close', go);
    onLines(child.stdout, line => {
      clearTimeout(patience);
      if (line === 'ready') resolve(true);
      else if (!tell(calls, line)) {
        resolve(false);
        kill();
      }
    });
  });
  // It is gone, which its end tells.
  child.stdin.on('error', () => undefined);
  const ask = (...words: readonly string[]): void => {
    if (!isGone) child.stdin.write(frame(words));
  };
  return {
    ready,
    start: argv => {
      const id = String(count++);
      const [call, events] = openCall(name => ask('stop', id, name));
      calls.set(id, events);
      if (isGone) events.end('refused');
      ask('start', id, ...argv);
      return call;
    },
    end: () => {
      server.close();
      kill();
    },
  };
}

/** Tells a call what Perl says of it; false: Perl says nothing like that. */
function tell(calls: ReadonlyMap<string, CallEvents>, line: string): boolean {
  const [, call = '', what, status] = /^(\d+) (refused|(?:ended (\d+)))$/.exec(line) ?? [];
  const events = calls.get(call);
  events?.end(what === 'refused' ? what : Number(status));
  return events !== undefined;
}
