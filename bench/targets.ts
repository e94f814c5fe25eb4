import { ratio, type Figure } from './figures.ts';
import type { Sample } from './rounds.ts';

/** What has to come out: our time against a peer's, as the median of the rounds. */
export interface Target {
  readonly work: string;
  readonly ours: string;
  readonly against: string;
  /** Ours divided by theirs must not be above this. */
  readonly atMost: number;
}

export interface Outcome extends Target {
  readonly ratio: Figure;
  readonly isReached: boolean;
}

export const FIRST = 'image → VM → template → 5 clones';
export const AGAIN = 'the same again, nothing to change';
export const VM_FIRST = 'image → configured VM';
export const VM_AGAIN = 'that again, nothing to change';
export const VM_CHANGED = 'that with more memory';

export const clonesOf = (count: number): string => `image → VM → template → ${count} clones`;

const [SSH, API] = ['role', 'role by api'];

export const TARGETS: readonly Target[] = [
  { work: FIRST, ours: SSH, against: 'yaml', atMost: 0.35 },
  { work: FIRST, ours: SSH, against: 'floor', atMost: 0.75 },
  { work: AGAIN, ours: SSH, against: 'yaml', atMost: 0.3 },
  { work: AGAIN, ours: SSH, against: 'yaml, no pipelining', atMost: 0.22 },
  { work: clonesOf(50), ours: SSH, against: 'floor', atMost: 0.35 },
  { work: FIRST, ours: API, against: 'floor', atMost: 0.5 },
  { work: FIRST, ours: API, against: 'community.proxmox', atMost: 0.25 },
  { work: AGAIN, ours: API, against: 'community.proxmox', atMost: 0.5 },
  { work: clonesOf(50), ours: API, against: 'floor', atMost: 0.2 },
];

export function outcomes(samples: readonly Sample[], targets: readonly Target[]): readonly Outcome[] {
  return targets
    .map(target => {
      const found = ratio(
        times(samples, target.work, target.ours),
        times(samples, target.work, target.against),
      );
      return { ...target, ratio: found, isReached: found.median <= target.atMost };
    })
    .filter(({ ratio: { runs } }) => runs > 0);
}

export const times = (samples: readonly Sample[], work: string, way: string): readonly number[] =>
  samples.filter(sample => sample.work === work && sample.way === way).map(({ seconds }) => seconds);
