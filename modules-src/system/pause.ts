import { interrupted } from './interrupt.ts';

/** Waits that many seconds, or until the module is told to stop. */
export async function pause(seconds: number): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(seconds * 1000, undefined, { signal: interrupted });
}
