import { spawn, spawnSync } from 'node:child_process';
import { InterruptFailure } from './failure.ts';

/** How long a program that was sent the same signal has to die of it. */
const MILLISECONDS_TO_DIE = 300;

/** How a program ended and what it said. */
export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a short program and waits for it. */
export function runToEnd(program: string, args: readonly string[], input = ''): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    input,
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  return { status: status ?? 255, stdout, stderr };
}

/** Where the pieces of a running program's output go. */
export interface Listeners {
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
}

/**
 * Runs a program that takes its time. When this process is killed, the program goes on by itself, as qemu-img does
 * under PVE: it is started with SIGPIPE ignored.
 */
export function runAndListen(
  program: string,
  args: readonly string[],
  listeners: Listeners,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', 'trap "" PIPE; exec "$0" "$@"', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A signal to this process alone leaves the program running; one to the whole group ends it, too.
    const interrupt = (): void => {
      const isGone = new Promise<boolean>(answer => {
        child.once('exit', () => answer(true));
        setTimeout(() => answer(false), MILLISECONDS_TO_DIE);
      });
      void isGone.then(gone =>
        reject(new InterruptFailure(`interrupted by signal${gone ? '' : ' Interrupted system call'}`, !gone)),
      );
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    const forward = (listener: (text: string) => void) => (bytes: Buffer) => {
      try {
        listener(bytes.toString('utf8'));
      } catch (error) {
        child.kill('SIGKILL');
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    child.stdout.on('data', forward(listeners.onOutput));
    child.stderr.on('data', forward(listeners.onError));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      if (signal === null) resolve(code ?? 255);
      else reject(new InterruptFailure('interrupted by signal', false));
    });
  });
}
