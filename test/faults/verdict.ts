import { foreignChanges, type Digests } from './foreign.ts';
import type { State } from './state.ts';

/** How a run that was killed ended, when the next one had run. */
export interface Verdict {
  /** `same`: as an undisturbed run; `stopped`: the next run refused, and said why; `wrong`: anything else. */
  readonly verdict: 'same' | 'stopped' | 'wrong';
  readonly why: string;
  /** VMs and volumes that were there, or should be, and are not. */
  readonly lost: readonly string[];
  /** What a run that went on to its end has left besides its VMs. */
  readonly orphans: readonly string[];
  /** Files of guests that the role did not make and that are no more as they were. */
  readonly foreign: readonly string[];
}

type Ended = Omit<Verdict, 'lost' | 'foreign'>;

/** What the node had, at each time that matters. */
export interface Seen {
  /** After an undisturbed run. */
  readonly expected: State;
  /** Of the guests of others, before anything ran. */
  readonly foreign: Digests;
  /** After the run that was killed. */
  readonly killed: State;
  /** After the next one. */
  readonly found: State;
  /** What must not have been in between. */
  readonly faults: readonly string[];
}

/** What a run may do least of all outweighs how it ended. */
export function judge(next: { readonly rc: number; readonly output: string }, seen: Seen): Verdict {
  const goesOn = next.rc === 0;
  const ended = goesOn ? finished(seen) : refusal(next.output);
  const lost = lostOf(goesOn ? seen.expected : seen.killed, seen.found);
  const foreign = foreignChanges(seen.foreign, seen.found.foreign);
  const harm = [
    ...lost.map(what => `lost: ${what}`),
    ...foreign.map(path => `not ours, and changed: ${path}`),
    ...seen.found.counts,
    ...seen.faults,
  ];
  if (harm.length === 0) return { ...ended, lost, foreign };
  return { ...ended, lost, foreign, verdict: 'wrong', why: [...harm, ended.why].join('\n') };
}

function finished({ expected, found }: Seen): Ended {
  const why = difference(expected, found);
  return { verdict: why === '' ? 'same' : 'wrong', why, orphans: found.orphans };
}

const lostOf = (before: State, found: State): readonly string[] => [
  ...Object.keys(before.configs)
    .filter(number => !(number in found.configs))
    .map(number => `VM ${number}`),
  ...found.missing,
];

/** A refusal counts only if it names what was found and what to do. */
function refusal(output: string): Ended {
  const text = output.replace(/\s+/g, ' ');
  const why =
    /PVE-[A-Z]+-\d{3}.{0,400}/.exec(text)?.[0] ?? /"msg": "(.{0,400})/.exec(text)?.[1] ?? text.slice(-400);
  const isHelpful = /PVE-[A-Z]+-\d{3}|qm (unlock|destroy|stop)|run the role again/.test(why);
  return { verdict: isHelpful ? 'stopped' : 'wrong', why, orphans: [] };
}

function difference(expected: State, found: State): string {
  const numbers = [...new Set([...Object.keys(expected.configs), ...Object.keys(found.configs)])];
  return [
    ...numbers.flatMap(number =>
      changedLines(expected.configs[number], found.configs[number]).map(line => `VM ${number}: ${line}`),
    ),
    ...found.orphans.map(orphan => `left: ${orphan}`),
  ].join('\n');
}

function changedLines(expected = '', found = ''): readonly string[] {
  const [wanted, had] = [expected.split('\n'), found.split('\n')];
  return [
    ...wanted.filter(line => !had.includes(line)).map(line => `- ${line}`),
    ...had.filter(line => !wanted.includes(line)).map(line => `+ ${line}`),
  ];
}
