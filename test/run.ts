import { execa } from 'execa';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/modules.ts';

/**
 * Runs every test: the quick ones beside the code in one process, what looks at the whole machine on its own, then what starts nodes,
 * playbooks and guests, two files at a time. The last line counts what ran.
 */
const AT_ONCE = 2;
/** What is left on the machine says nothing while something else runs. */
const ALONE = /\/cycles\.slow\.ts$/;
/** Guests that boot take minutes: they begin first, so that nothing is left to wait for in the end. */
const SLOW = /\.slow\.ts$|\/(?:start|replay)\.test\.ts$/;

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const start = performance.now();
const quick = ['modules-src', 'role-src', 'build'].flatMap(folder => filesIn(folder, '.test.ts'));
const others = ['testnode', 'test'].flatMap(folder => [
  ...filesIn(folder, '.test.ts'),
  ...filesIn(folder, '.slow.ts'),
]);
const alone = others.filter(file => ALONE.test(file));
const together = others.filter(file => !ALONE.test(file));
const queue = [...together.filter(file => SLOW.test(file)), ...together.filter(file => !SLOW.test(file))].map(
  file => [file],
);

const counts = [
  await runFiles(quick),
  await runFiles(alone),
  ...(await Promise.all(Array.from({ length: AT_ONCE }, workOff))).flat(),
];
const sum = (name: keyof Count): number => counts.reduce((total, count) => total + count[name], 0);
console.log(`\n${((performance.now() - start) / 60_000).toFixed(1)} minutes`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;

async function workOff(): Promise<readonly Count[]> {
  const done: Count[] = [];
  for (let files = queue.shift(); files !== undefined; files = queue.shift())
    done.push(await runFiles(files));
  return done;
}

/** Output of files that run at once is shown when each is done. A process that dies without a count has failed. */
async function runFiles(files: readonly string[]): Promise<Count> {
  const began = performance.now();
  const { all, exitCode } = await execa(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'run-files.ts'), ...files],
    { all: true, reject: false, stdin: 'ignore', env: { FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } },
  );
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(all.split('\n').at(-1) ?? '') ?? [];
  console.log(passed === undefined ? all : all.slice(0, all.lastIndexOf('\n')));
  const name = files.length === 1 ? files[0]?.slice(root.length) : `${files.length} files`;
  console.log(`  ${name ?? ''}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
  if (passed === undefined) console.log(`  it ended without a count (exit code ${exitCode ?? 'none'})`);
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 1) };
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith(ending))
    .sort()
    .map(file => `${root}${folder}/${file}`);
}
