import { optionName } from '../sdk/option-name.ts';
import { execa } from 'execa';
import type { Readable } from 'node:stream';
import { interrupted, throwIfInterrupted } from './interrupt.ts';

export interface CommandResult {
  /** Exit code; -1 when the program could not be started, took too long or was ended by a signal. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a program gets to know: nothing of what the play's environment holds, such as a proxy with its password. */
export const COMMAND_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  HOME: '/root',
};

/** Bytes of each output that are kept, the last ones: what went wrong stands at the end. */
const KEPT_BYTES = 1024 ** 2;

let limitSeconds = 7200;

/** Seconds that each command may take from now on. */
export function limitCommands(seconds: number): void {
  limitSeconds = seconds;
}

/** The same for what is done without `runCommand`. */
export const commandLimit = (): number => limitSeconds;

/** Bytes of memory for a program that reads what is not trusted. */
const MEMORY = 4 * 1024 ** 3;

/** The same program, which ends when what it reads makes it take more memory or processor seconds than it should. */
export const confined = (argv: readonly string[], cpuSeconds: number): [string, ...string[]] => [
  'prlimit',
  ...[`--as=${MEMORY}`, `--cpu=${cpuSeconds}`, '--core=0', '--'],
  ...argv,
];

/** Milliseconds after which a program that was asked to end is ended. */
export const KILL_AFTER = 5000;

/** What is said of a program that was stopped because its time was over. */
export const tookTooLong = (seconds: number): string =>
  `it took longer than ${seconds} s and was stopped; look for its task with \`pvesh get /cluster/tasks\`, or raise ${optionName('command_timeout')}`;

/** Runs a program without a shell; `input` goes to its standard input, which is else empty. */
export async function runCommand(
  argv: readonly [string, ...string[]],
  input = '',
  seconds = limitSeconds,
): Promise<CommandResult> {
  throwIfInterrupted();
  const [program, ...args] = argv;
  const running = execa(program, args, {
    input,
    reject: false,
    buffer: false,
    cancelSignal: interrupted,
    timeout: seconds * 1000,
    forceKillAfterDelay: KILL_AFTER,
    extendEnv: false,
    env: COMMAND_ENVIRONMENT,
  });
  const [stdout, stderr] = [lastBytes(running.stdout), lastBytes(running.stderr)];
  const done = await running;
  throwIfInterrupted();
  const why = done.timedOut ? tookTooLong(seconds) : (done.shortMessage ?? '');
  return {
    rc: done.timedOut ? -1 : (done.exitCode ?? -1),
    stdout: stdout(),
    stderr: done.timedOut || (done.failed && stderr() === '') ? why : stderr(),
  };
}

function lastBytes(stream: Readable): () => string {
  const { add, text } = keepEnd();
  stream.on('data', add);
  return text;
}

/** The end of what comes piece by piece, in memory that does not grow with it. */
export function keepEnd(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  const chunks: Buffer[] = [];
  let size = 0;
  const add = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    while (size - (chunks[0]?.length ?? 0) >= KEPT_BYTES) size -= chunks.shift()?.length ?? 0;
  };
  return { add, text: () => Buffer.concat(chunks).toString('utf8') };
}
