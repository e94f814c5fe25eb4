import { checks } from './checks.ts';
import { combinations, type Combination } from './combination.ts';
import { startPlace } from './place.ts';
import { keepTable, markdownTable, type Outcome } from './table.ts';

/**
 * Runs the role with every version that docs/testing.md lists, and keeps the table there. Exit code 1 when a check failed.
 */
const outcomes: Outcome[] = [];
for (const combination of combinations) outcomes.push({ ...combination, passed: await tryOut(combination) });

console.log(`\n${markdownTable(outcomes)}`);
const failed = outcomes.filter(({ passed = checks.length }) => passed < checks.length);
const left = outcomes.filter(({ passed }) => passed === undefined);
console.log(
  `${outcomes.length - failed.length - left.length} passed, ${failed.length} failed, ${left.length} not run`,
);
if (failed.length === 0 && left.length === 0) await keepTable(outcomes);
process.exitCode = failed.length === 0 ? 0 : 1;

async function tryOut(combination: Combination): Promise<number | undefined> {
  const { ansible, node, pve } = combination;
  console.log(`ansible-core ${ansible.version}, Node.js ${node}, Proxmox VE ${pve}`);
  const place = await startPlace(combination);
  if (place === undefined) return undefined;
  try {
    let passed = 0;
    for (const { name, holds } of checks) {
      const problem = await Promise.resolve(place)
        .then(holds)
        .then(() => undefined, String);
      console.log(`  ${problem === undefined ? 'ok  ' : 'FAIL'} ${name}`);
      if (problem === undefined) passed += 1;
      else console.log(problem);
    }
    return passed;
  } finally {
    await place.scene.down();
  }
}
