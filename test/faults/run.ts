import { parseArgs } from 'node:util';
import { openWorkshop, VICTIMS, type Outcome, type Victim, type Workshop } from './trial.ts';
import { WORK_NAMES, WORKS, type Work, type WorkName } from './works.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    works: { type: 'string' },
    victim: { type: 'string' },
    after: { type: 'string' },
    qm: { type: 'string', default: 'auto' },
    door: { type: 'string', default: 'ssh' },
  },
});

const door = values.door === 'api' ? 'api' : 'ssh';

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

interface Plan {
  readonly work: WorkName;
  readonly victim: Victim;
  /** Share of the time that an undisturbed run takes. */
  readonly share: number;
}

/** All combinations in turn: each work by each victim, then again. */
function plans(): readonly Plan[] {
  const next = random(Number(values.seed));
  const asked = values.works?.split(',');
  const works = WORK_NAMES.filter(name => asked === undefined || asked.includes(name));
  const victims = VICTIMS[door].filter(name => values.victim === undefined || name === values.victim);
  const all = works.flatMap(work => victims.map(victim => ({ work, victim })));
  if (all.length === 0)
    throw new Error(`give one of ${WORK_NAMES.join(', ')}, and of ${VICTIMS[door].join(', ')}`);
  return Array.from({ length: Number(values.runs) }, (_, index) => ({
    ...all[index % all.length]!,
    share: next(),
  }));
}

function table(outcomes: readonly Outcome[]): string {
  const rows = WORK_NAMES.map(work => {
    const own = outcomes.filter(outcome => outcome.work === work);
    const count = (verdict: Outcome['verdict']): number => own.filter(row => row.verdict === verdict).length;
    const hits = own.filter(({ hit }) => hit).length;
    const sum = (what: 'lost' | 'orphans' | 'foreign'): number => own.flatMap(row => row[what]).length;
    const verdicts = [count('same'), count('stopped'), count('wrong')];
    return `| ${[work, own.length, hits, ...verdicts, sum('lost'), sum('orphans'), sum('foreign')].join(' | ')} |`;
  });
  return [
    '| killed while | runs | runs that it made fail | same in the end | stopped with the reason | wrong | lost | orphans and stubs | foreign changes |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

console.log(`seed ${values.seed}, by ${door}`);
const outcomes: Outcome[] = [];
/** By how many nodes they have. */
const workshops = new Map<number, Workshop>();
const nodesOf = ({ nodes = 1 }: Work): number => nodes;
for (const { work, victim, share } of plans()) {
  const nodes = nodesOf(WORKS[work]);
  const workshop = workshops.get(nodes) ?? (await openWorkshop(values.qm, door, nodes));
  workshops.set(nodes, workshop);
  const { milliseconds } = await workshop.begin(work);
  const after = values.after === undefined ? Math.round(share * milliseconds) : Number(values.after);
  const outcome = await workshop.tryOnce({ work, victim, after });
  outcomes.push(outcome);
  const { verdict, hit, why } = outcome;
  console.log(
    `${outcomes.length}  ${work}: ${victim} after ${after} of ${Math.round(milliseconds)} ms  ${hit ? 'hit' : 'too late'}  ${verdict}${verdict === 'same' ? '' : `\n${why}`}`,
  );
  if (verdict === 'same') continue;
  // What it left is no place to begin the next one.
  await workshop.close();
  workshops.delete(nodes);
}
for (const workshop of workshops.values()) await workshop.close();
console.log(`\n${table(outcomes)}`);
process.exitCode = outcomes.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
