import { spawn } from 'node:child_process';
import { HERE, optionName } from '../../sdk/option-name.ts';
import { StepError } from '../../sdk/step-error.ts';
import { interrupted } from '../../system/interrupt.ts';
import { COMMAND_ENVIRONMENT, commandLimit, confined } from '../../system/run-command.ts';

/** A program that prints what a file holds, and the Debian package of it. */
export interface Unpacker {
  readonly program: string;
  readonly args: readonly string[];
  readonly package: string;
}

/** In place of the exit code of a program that was ended. */
const KILLED = -1;
/** What prlimit ends with when there is no such program. */
const MISSING = 127;

/** Answers what `read` makes of what the program prints of a file; ended when that does not want more. */
export async function readOutput<T>(
  { program, args, package: debianPackage }: Unpacker,
  source: string,
  read: (output: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const [first, ...rest] = confined([program, ...args, source], commandLimit());
  const child = spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: COMMAND_ENVIRONMENT,
    timeout: commandLimit() * 1000,
    signal: interrupted,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (!complaint.includes('\n')) complaint += chunk.toString();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? KILLED));
  });
  const reading = read(child.stdout).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const [result, code] = await Promise.all([reading, ended]);
  if (code === 0) return result;
  if (code === MISSING) throw missing(program, debianPackage);
  const why =
    code === KILLED
      ? `${program} took longer than ${commandLimit()} s and was stopped; raise ${optionName('command_timeout')}`
      : (complaint.split('\n')[0] ?? '');
  throw new StepError(`it cannot be unpacked: ${why}`, false);
}

const missing = (program: string, debianPackage: string): StepError =>
  new StepError(
    `it cannot be unpacked: ${HERE} has no ${program}; run apt-get install ${debianPackage} there`,
    false,
  );
