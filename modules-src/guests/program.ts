import type { ProgramEnd } from '../sdk/readings.ts';
import { pause } from '../system/pause.ts';

/** A program for a guest, by either way to its agent. */
interface Program {
  /** Its number there, none where the guest lets none run; undefined: the agent gave no sign, and was asked for nothing. */
  readonly start: () => Promise<{ readonly pid?: unknown } | undefined>;
  /** Undefined: it has not ended, or the agent did not answer. */
  readonly look: (pid: number) => Promise<ProgramEnd | undefined>;
}

/** An agent whose guest has much to do is asked so often, with a second between. */
const TRIES = 5;
const SECONDS_BETWEEN_LOOKS = 0.5;

/**
 * Runs a program to its end; undefined where it did not come to it in that many seconds. What has been asked for is not asked for
 * again: it may run. An agent serves one at a time: between two looks others have their turn.
 */
export async function runToEnd({ start, look }: Program, seconds: number): Promise<ProgramEnd | undefined> {
  const end = Date.now() + seconds * 1000;
  const rest = (most: number): Promise<void> => pause(Math.min(most, Math.max(0, (end - Date.now()) / 1000)));
  let started = await start();
  for (let tries = 1; started === undefined && tries < TRIES && Date.now() < end; tries += 1) {
    await rest(1);
    started = await start();
  }
  const pid = started?.pid;
  while (typeof pid === 'number' && Date.now() < end) {
    const ended = await look(pid);
    if (ended !== undefined) return ended;
    await rest(SECONDS_BETWEEN_LOOKS);
  }
  return undefined;
}
