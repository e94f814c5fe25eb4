import { kindOf } from './http/known-kinds.ts';
import type { StepName } from './transcript.ts';

/** Steps of the checked-in transcripts that come out otherwise on the test node, and why. Nothing of them is stored. */
export interface KnownDifference {
  /** What differs: the state, only the output, or everything, because the step is not run. */
  readonly what: 'state' | 'text' | 'not run';
  readonly steps: readonly string[];
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'state',
    steps: ['j1-concurrency-012', 'j1-concurrency-019'],
    reason:
      'races of `set` with `template` and with `destroy`, which the recorded node decided once this and once that way; here it depends on the load',
  },
  {
    what: 'state',
    steps: ['j3-kill9-012'],
    reason: 'the recorded `ps` showed processes of another node that was recorded at the same time',
  },
  {
    what: 'not run',
    steps: ['i1-status-running-034'],
    reason: "the recorded machine's QEMU was too old for it; a real node clones a running VM here",
  },
  {
    what: 'text',
    steps: ['a1-cloud-template-stepwise-039', 'pve8-a1-cloud-template-stepwise-039'],
    reason: '`qm showcmd` gives the beginning of the command line only',
  },
  {
    what: 'text',
    steps: ['d3-set-errors-068', 'pve8-d3-set-errors-068'],
    reason: "`qm help` has PVE's options and types, not its descriptions: they are under another licence",
  },
  {
    what: 'text',
    steps: [
      'h1-pvesm-054',
      'h1-pvesm-055',
      'm1-pvesh-010',
      'pve8-h1-pvesm-046',
      'pve8-h1-pvesm-054',
      'pve8-h1-pvesm-055',
    ],
    reason: 'lists in the order of a Perl hash, which is another one in each call of a real node',
  },
  {
    what: 'text',
    steps: ['i1-status-running-009'],
    reason: 'memory, network and pressure as measured on a running QEMU',
  },
  {
    what: 'text',
    steps: ['m1-pvesh-003', 'm1-pvesh-011', 'm1-pvesh-012'],
    reason: 'the recorded node had no `pvestatd`, so that it knew no status; a real node knows it',
  },
  {
    what: 'text',
    steps: ['m1-pvesh-004', 'm1-pvesh-025', 'm1-pvesh-026'],
    reason: 'hardware, kernel and packages of the recorded machine',
  },
  {
    what: 'text',
    steps: ['j1-concurrency-008', 'j3-kill9-002', 'j3-kill9-003'],
    reason:
      'who waits for a lock, how far a copy has come and which options throttle it when commands run at once or are killed',
  },
  {
    what: 'state',
    steps: ['api-concurrency-048', 'api-concurrency-050', 'api-concurrency-053'],
    reason:
      'a race of a clone with the removal of its template, which the recorded node decided for the removal: it took 2 seconds for it',
  },
  {
    what: 'state',
    steps: [
      'api-concurrency-101',
      'api-concurrency-114',
      'api-concurrency-115',
      'api-concurrency-116',
      'api-concurrency-117',
      'api-tasks-071',
    ],
    reason: 'where a worker was in its work when it was killed, and what stands on that',
  },
  {
    what: 'state',
    steps: ['api-permissions-406', 'api-permissions-431'],
    reason: 'the steps that made the VM are not in the recording',
  },
  {
    what: 'text',
    steps: ['api-permissions-2-047', 'api-permissions-2-048'],
    reason: 'the recorded node showed one of its two bridges only',
  },
];

/** Why a step may differ in its state; nothing when it must not. */
export function reasonForState(step: StepName): string | undefined {
  const kind = kindOf(step);
  return kind?.what === 'state' ? kind.reason : listed(step).find(({ what }) => what === 'state')?.reason;
}

/** Why a step may differ at all. */
export function reasonFor(step: StepName): string | undefined {
  return kindOf(step)?.reason ?? listed(step)[0]?.reason;
}

function listed({ id }: StepName): readonly KnownDifference[] {
  return KNOWN_DIFFERENCES.filter(({ steps }) => steps.includes(id));
}

/** The list as a table for people. */
export function differencesTable(): string {
  const rows = KNOWN_DIFFERENCES.map(
    ({ what, steps, reason }) => `| ${steps.map(step => `\`${step}\``).join(', ')} | ${what} | ${reason} |\n`,
  );
  return `| step | what differs | reason |\n|---|---|---|\n${rows.join('')}`;
}
