import { parseArgs } from 'node:util';
import { tryOnce, undisturbed, VICTIMS, type Outcome, type Trial, type Victim } from './trial.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    victim: { type: 'string' },
    after: { type: 'string' },
  },
});

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const isVictim = (name: string | undefined): name is Victim => VICTIMS.some(victim => victim === name);

function trials(milliseconds: number): readonly Trial[] {
  const next = random(Number(values.seed));
  return Array.from({ length: Number(values.runs) }, (_, index) => ({
    victim: isVictim(values.victim) ? values.victim : (VICTIMS[index % VICTIMS.length] ?? 'module'),
    after: values.after === undefined ? Math.round(next() * milliseconds) : Number(values.after),
  }));
}

function table(outcomes: readonly Outcome[]): string {
  const rows = VICTIMS.map(victim => {
    const own = outcomes.filter(outcome => outcome.victim === victim);
    const count = (verdict: Outcome['verdict']): number => own.filter(row => row.verdict === verdict).length;
    const hits = own.filter(({ hit }) => hit).length;
    const sum = (what: 'lost' | 'orphans' | 'foreign'): number => own.flatMap(row => row[what]).length;
    const verdicts = [count('same'), count('stopped'), count('wrong')];
    return `| ${[victim, own.length, hits, ...verdicts, sum('lost'), sum('orphans'), sum('foreign')].join(' | ')} |`;
  });
  return [
    '| killed | runs | runs that it made fail | same in the end | stopped with the reason | wrong | lost | orphans | foreign changes |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

const { state, milliseconds } = await undisturbed();
console.log(`seed ${values.seed}; an undisturbed run takes ${(milliseconds / 1000).toFixed(1)} s`);
const outcomes: Outcome[] = [];
for (const trial of trials(milliseconds)) {
  const outcome = await tryOnce(trial, state);
  outcomes.push(outcome);
  const { victim, after, verdict, hit, why } = outcome;
  console.log(
    `${outcomes.length}  ${victim} after ${after} ms  ${hit ? 'hit' : 'too late'}  ${verdict}${verdict === 'same' ? '' : `\n${why}`}`,
  );
}
console.log(`\n${table(outcomes)}`);
process.exitCode = outcomes.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
