import { interrupted, throwIfInterrupted } from '../../system/interrupt.ts';
import { commandLimit, KILL_AFTER, tookTooLong, type CommandResult } from '../../system/run-command.ts';
import type { Perl } from './perl.ts';
import type { Outcome, StartedCall } from './started-call.ts';

/**
 * Runs `qm` in a child of Perl, with the limits that every command has; undefined where no process was made, so that
 * nothing has been done.
 */
export async function callPerl(
  perl: Pick<Perl, 'start'>,
  argv: readonly string[],
  input: string,
  seconds = commandLimit(),
): Promise<CommandResult | undefined> {
  throwIfInterrupted();
  const call = perl.start(argv);
  void call.lines.then(([line]) => line.send(input));
  const limit = limitTo(seconds, call);
  const outcome = await call.outcome;
  const lines = (await Promise.race([call.lines, noMore(outcome, limit)])) ?? [];
  const outputs = lines.slice(1);
  await Promise.race([Promise.all(outputs.map(({ closed }) => closed)), limit.reached]);
  lines.forEach(({ destroy }) => destroy());
  limit.clear();
  throwIfInterrupted();
  if (lines.length === 0 && typeof outcome !== 'number') return undefined;
  const [stdout = '', stderr = ''] = outputs.map(({ text }) => text());
  if (limit.isReached()) return { rc: -1, stdout, stderr: tookTooLong(seconds) };
  return { rc: exitCode(outcome), stdout, stderr: stderr === '' ? reasonOf(outcome) : stderr };
}

/** Milliseconds after which connections that Perl made before it was gone have arrived. */
const ARRIVAL = 500;

/** Resolves when no connections come any more: a process is made only when they stand. */
async function noMore(outcome: Outcome, { reached }: Limit): Promise<undefined> {
  if (outcome === 'lost') await new Promise(resolve => setTimeout(resolve, ARRIVAL));
  else if (outcome !== 'refused') await reached;
}

interface Limit {
  readonly reached: Promise<void>;
  readonly isReached: () => boolean;
  readonly clear: () => void;
}

/** Asks the process to end when its time is over or the module is told to stop, and ends it when that does not help. */
function limitTo(seconds: number, { signal }: Pick<StartedCall, 'signal'>): Limit {
  let isReached = false;
  const timers: NodeJS.Timeout[] = [];
  let stop = (): void => undefined;
  const reached = new Promise<void>(resolve => {
    stop = (): void => {
      signal('TERM');
      timers.push(setTimeout(() => signal('KILL'), KILL_AFTER));
      resolve();
    };
  });
  const runOut = (): void => {
    isReached = true;
    stop();
  };
  timers.push(setTimeout(runOut, seconds * 1000));
  interrupted.addEventListener('abort', stop, { once: true });
  const clear = (): void => {
    timers.forEach(clearTimeout);
    interrupted.removeEventListener('abort', stop);
  };
  return { reached, isReached: () => isReached, clear };
}

const exitCode = (outcome: Outcome): number =>
  typeof outcome === 'number' && (outcome & 0x7f) === 0 ? outcome >> 8 : -1;

/** What is said of a call that says nothing itself. */
function reasonOf(outcome: Outcome): string {
  if (typeof outcome !== 'number') return 'the process that had started it was ended';
  if (outcome === 0) return '';
  const signal = outcome & 0x7f;
  return signal === 0 ? `it failed with exit code ${exitCode(outcome)}` : `it was ended by signal ${signal}`;
}
