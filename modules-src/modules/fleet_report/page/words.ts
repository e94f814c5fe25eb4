import type { State } from '../fleet.ts';

export const STATE_WORDS: Readonly<Record<State, string>> = {
  failed: 'failed',
  unseen: 'not looked at',
  differs: 'differs',
  waits: 'waits for a restart',
  changed: 'changed by this run',
  same: 'as declared',
};

/** A number with its noun. */
export const counted = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;
