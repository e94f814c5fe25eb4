import { runToEnd } from '../../guests/program.ts';
import type { ProgramEnd } from '../../sdk/readings.ts';
import { withAgent, type AskAgent } from './agent.ts';
import { guestSocket } from './socket.ts';

/** Starts a program in the guest; answers its number there. Distributions may forbid it. */
async function startProgram(ask: AskAgent, [path, ...arg]: readonly string[]): Promise<unknown> {
  return fieldOf(await ask('guest-exec', { path, arg, 'capture-output': true }), 'pid');
}

/** How a program in the guest has ended; undefined: it has not. */
async function endOf(ask: AskAgent, pid: unknown): Promise<ProgramEnd | undefined> {
  const state: unknown = await ask('guest-exec-status', { pid });
  if (fieldOf(state, 'exited') !== true) return undefined;
  const [code, signal] = [fieldOf(state, 'exitcode'), fieldOf(state, 'signal')];
  return {
    // As a shell tells of a program that a signal has ended.
    exitCode: typeof code === 'number' ? code : 128 + (typeof signal === 'number' ? signal : 0),
    output: textOf(state, 'out-data') + textOf(state, 'err-data'),
  };
}

function textOf(state: unknown, field: string): string {
  const data = fieldOf(state, field);
  return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : '';
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

/** Runs a program to its end, in that many seconds at most. */
export function runProgram(
  vmid: number,
  argv: readonly string[],
  seconds: number,
): Promise<ProgramEnd | undefined> {
  const path = guestSocket(vmid, 'qga');
  return runToEnd(
    {
      start: () =>
        withAgent(path, async ask => ({ pid: await startProgram(ask, argv).catch(() => undefined) })),
      look: pid => withAgent(path, ask => endOf(ask, pid)),
    },
    seconds,
  );
}
