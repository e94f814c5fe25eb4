import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { root } from '../../build/modules.ts';
import { runFiles, type Outcome } from './run-files.ts';

/**
 * Runs every test, in processes of a few files of a folder, four processes at a time; those beside the code are one, and so
 * is each that takes minutes. The last lines name the files that failed, and count what ran.
 */
/** Two more than two cores: half of the time of most files is spent on waiting. */
const AT_ONCE = 4;
/** Files of a process, which begins with loading what each of them would load anew. */
const TOGETHER = 2;
const BESIDE_THE_CODE = /^(?!test\/|testnode\/test\/).*\.test\.ts$/;
/** What takes minutes begins first, so that nothing is left to wait for in the end. */
const SLOW = /\.slow\.ts$/;

const LAST_LINES = 20;
const MOST_LINES = 60;

const start = performance.now();
// Those of the test node are short: while they end the run, no core waits long for the other.
const files = ['modules-src', 'role-src', 'build', 'test', 'testnode'].flatMap(testsIn);
const quick = files.filter(file => BESIDE_THE_CODE.test(file));
const slow = files.filter(file => SLOW.test(file));
const others = files.filter(file => !BESIDE_THE_CODE.test(file) && !SLOW.test(file));
const queue = [...slow.map(file => [file]), quick, ...inGroups(others)];

const outcomes = (await Promise.all(Array.from({ length: AT_ONCE }, workOff))).flat();
const count = (name: 'passed' | 'failed'): number => outcomes.reduce((sum, one) => sum + one[name], 0);
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
for (const { name, failed, report } of outcomes)
  if (failed > 0) console.log(`FAIL ${name}\n${failuresIn(report)}`);
console.log(`${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 && count('passed') > 0 ? 0 : 1;

async function workOff(): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  for (let files = queue.shift(); files !== undefined; files = queue.shift())
    done.push(await runAndShow(files));
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

/** What files that run at once say is shown when each is done. */
async function runAndShow(files: readonly string[]): Promise<Outcome> {
  const outcome = await runFiles(files);
  console.log(outcome.report);
  return outcome;
}

function inGroups(files: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const file of files) {
    const last = groups.at(-1);
    const belongs = last?.[0] !== undefined && dirname(last[0]) === dirname(file) && last.length < TOGETHER;
    if (belongs) last.push(file);
    else groups.push([file]);
  }
  return groups;
}

function testsIn(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(?:test|slow)\.ts$/.test(file))
    .map(file => `${folder}/${file}`)
    .sort();
}
