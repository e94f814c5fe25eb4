import { readdirSync } from 'node:fs';
import { root } from '../../build/modules.ts';
import { runFiles, type Outcome } from './run-files.ts';

/**
 * Runs every test: those beside the code in one process, then what starts nodes, playbooks and guests, two files at a
 * time. The last lines name the files that failed, and count what ran.
 */
const AT_ONCE = 2;
const QUICK = /^(?:modules-src|role-src|build)\/.*\.test\.ts$/;
/** What takes minutes begins first, so that nothing is left to wait for in the end. */
const SLOW = /\.slow\.ts$/;

const start = performance.now();
const files = ['modules-src', 'role-src', 'build', 'testnode', 'test'].flatMap(testsIn);
const quick = files.filter(file => QUICK.test(file));
const slow = files.filter(file => SLOW.test(file));
const queue = [...slow, ...files.filter(file => !QUICK.test(file) && !SLOW.test(file))];

const outcomes = [
  await runAndShow(quick),
  ...(await Promise.all(Array.from({ length: AT_ONCE }, workOff))).flat(),
];
const count = (name: 'passed' | 'failed'): number => outcomes.reduce((sum, one) => sum + one[name], 0);
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
for (const { name, failed } of outcomes) if (failed > 0) console.log(`FAIL ${name}`);
console.log(`${count('passed')} passed, ${count('failed')} failed`);
process.exitCode = count('failed') === 0 && count('passed') > 0 ? 0 : 1;

async function workOff(): Promise<readonly Outcome[]> {
  const done: Outcome[] = [];
  for (let file = queue.shift(); file !== undefined; file = queue.shift())
    done.push(await runAndShow([file]));
  return done;
}

/** What files that run at once say is shown when each is done. */
async function runAndShow(files: readonly string[]): Promise<Outcome> {
  const outcome = await runFiles(files);
  console.log(outcome.report);
  return outcome;
}

function testsIn(folder: string): readonly string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(?:test|slow)\.ts$/.test(file))
    .map(file => `${folder}/${file}`)
    .sort();
}
