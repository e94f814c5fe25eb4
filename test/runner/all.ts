import { readdirSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { openLane, type Outcome } from './lane.ts';

/** Runs every test file, in five processes at a time. The last lines name the files that failed, and count what ran. */
/** More than two cores: half of the time of most files is spent on waiting. */
const AT_ONCE = 5;
/** What takes minutes begins first, and what takes no second is left for the end, when all are to be busy. */
const ORDER = [/\.slow\.ts$/, /^test\//, /^testnode\/test\//, /./];

const LAST_LINES = 20;
const MOST_LINES = 60;

const began = performance.now();
const place = (file: string): number => ORDER.findIndex(kind => kind.test(file));
const queue = ['modules-src', 'role-src', 'build', 'acceptance', 'test', 'testnode']
  .flatMap(testsIn)
  .sort((one, other) => place(one) - place(other));

const outcomes = (await Promise.all(Array.from({ length: AT_ONCE }, workOff))).flat();
const count = (name: 'passed' | 'failed'): number => outcomes.reduce((sum, one) => sum + one[name], 0);
console.log(`\n${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
for (const { name, failed, report } of outcomes)
  if (failed > 0) console.log(`FAIL ${name}\n${failuresIn(report)}`);
console.log(`${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 && count('passed') > 0 ? 0 : 1;

/** What files that run at once say is shown when each is done. */
async function workOff(): Promise<readonly Outcome[]> {
  const lane = openLane();
  const done: Outcome[] = [];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome = await lane.run(file);
    console.log(outcome.report);
    done.push(outcome);
  }
  lane.end();
  return done;
}

/** What mocha says of the tests that failed, or the last that a process said that died. */
function failuresIn(report: string): string {
  const [, failures] = report.split(/^ *\d+ failing$/m);
  return (failures ?? report)
    .trimEnd()
    .split('\n')
    .slice(failures ? 0 : -LAST_LINES)
    .slice(0, MOST_LINES)
    .join('\n');
}

function testsIn(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(?:test|slow)\.ts$/.test(file))
    .map(file => `${folder}/${file}`)
    .sort();
}
