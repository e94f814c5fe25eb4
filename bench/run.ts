import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { writePage } from './page.ts';
import { printProfile } from './profile/print.ts';
import { samples, type Sample, type Scenario } from './rounds.ts';
import { warningOfNoise } from './quiet.ts';
import { AGAIN, clonesOf, FIRST, outcomes, TARGETS, VM_AGAIN, VM_CHANGED, VM_FIRST } from './targets.ts';
import { outcomeTable, resultTable } from './table.ts';
import { classic, community, floor, ours, oursByApi, oursPlain, yaml, yamlPlain } from './ways.ts';
import { FLEET, fleetOf, ONE_VM, OVER_THREE } from './work.ts';

const ALL = [ours, oursPlain, oursByApi, yaml, yamlPlain, classic, community, floor];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    targets: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string', default: 'build/out/bench.json' },
  },
});

const fleet = [
  { work: FIRST, wanted: FLEET },
  { work: AGAIN, wanted: FLEET },
];
const vm = [
  { work: VM_FIRST, wanted: ONE_VM },
  { work: VM_AGAIN, wanted: ONE_VM },
  { work: VM_CHANGED, wanted: { ...ONE_VM, memory: 3072 } },
];
const quick: readonly Scenario[] = [
  { ways: [ours, oursPlain, oursByApi, yaml, floor], rounds: 3, steps: fleet },
  { ways: [ours, oursByApi, yamlPlain, community], rounds: 1, steps: fleet },
];
/** What the targets are about, so often that the spread shows. */
const ofTargets: readonly Scenario[] = [
  { ways: [ours, oursByApi, yaml, yamlPlain, community, floor], rounds: 3, steps: fleet },
  { ways: [ours, oursByApi, floor], rounds: 3, steps: [{ work: clonesOf(50), wanted: fleetOf(50) }] },
];
const rounds = Number(values.rounds ?? 5);
const MANY = [1, 20, 50];
const DELAY = 20;
const full: readonly Scenario[] = [
  { ways: ALL, rounds, steps: fleet },
  // The classic style never changes a VM that is there.
  { ways: [classic], rounds, steps: vm.slice(0, 2) },
  { ways: ALL.filter(way => way !== classic), rounds, steps: vm },
  ...MANY.map(count => ({
    ways: [ours, oursPlain, oursByApi, yaml, community, floor],
    rounds: 1,
    steps: [{ work: clonesOf(count), wanted: fleetOf(count) }],
  })),
  {
    ways: [ours, yaml, floor],
    rounds: 1,
    nodes: OVER_THREE.nodes,
    steps: [
      { work: 'image → VM → template → 6 clones on three nodes', wanted: OVER_THREE },
      { work: 'those again, nothing to change', wanted: OVER_THREE },
    ],
  },
  {
    ways: [ours, yaml, floor],
    rounds: 1,
    callCost: 0,
    steps: fleet.map(({ work, wanted }) => ({ work: `${work}, calls without their cost`, wanted })),
  },
  {
    ways: [ours, yaml, yamlPlain, floor],
    rounds: 1,
    delay: DELAY,
    steps: fleet.map(({ work, wanted }) => ({ work: `${work}, ${DELAY} ms away`, wanted })),
  },
];

const noise = await warningOfNoise();
if (noise !== undefined) console.error(noise);
if (values.profile) {
  for (const way of [ours, oursByApi]) await printProfile(way, FLEET);
  process.exit();
}
const found: Sample[] = [];
for (const scenario of values.quick ? quick : values.targets ? ofTargets : full) {
  for await (const sample of samples(scenario)) {
    found.push(sample);
    console.log(`round ${sample.round}  ${sample.work}  ${sample.way}  ${sample.seconds.toFixed(2)} s`);
  }
}
const reached = outcomes(found, TARGETS);
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
const tables = `${machine}, Node.js ${process.versions.node}\n\n${outcomeTable(reached)}\n\n${resultTable(found)}`;
console.log(`\n${tables}`);
if (values.write) writePage(found, tables);
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(
  values.json,
  `${JSON.stringify({ machine, samples: found, outcomes: reached }, undefined, 2)}\n`,
);
process.exitCode = reached.every(({ isReached }) => isReached) ? 0 : 1;
