import { execa } from 'execa';
import { interrupted, throwIfInterrupted } from './interrupt.ts';

export interface CommandResult {
  /** Exit code; -1 when the program could not be started or was ended by a signal. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a program without a shell; `input` goes to its standard input, which is else empty. */
export async function runCommand(argv: readonly [string, ...string[]], input = ''): Promise<CommandResult> {
  throwIfInterrupted();
  const [program, ...args] = argv;
  const done = await execa(program, args, {
    input,
    reject: false,
    stripFinalNewline: false,
    cancelSignal: interrupted,
    forceKillAfterDelay: 5000,
    env: { PATH, LC_ALL: 'C.UTF-8' },
  });
  throwIfInterrupted();
  return {
    rc: done.exitCode ?? -1,
    stdout: done.stdout,
    stderr: done.stderr || (done.failed ? (done.shortMessage ?? '') : ''),
  };
}
