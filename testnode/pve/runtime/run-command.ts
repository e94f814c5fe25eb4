import { spawn, spawnSync } from 'node:child_process';
import { PveFailure } from './failure.ts';

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
    // The program goes on: PVE does not pass the signal to it either. Whoever waits for it cleans up.
    const interrupt = (): void => reject(new PveFailure('received interrupt'));
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
    child.on('close', code => {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(code ?? 255);
    });
  });
}
