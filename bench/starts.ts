import { execa } from 'execa';
import { setTimeout as sleep } from 'node:timers/promises';
import { moduleNames } from '../build/modules.ts';
import { filledBundle, unreadableBundle } from '../test/bundle.ts';
import { startNodes } from '../testnode/host/cluster.ts';
import type { Cluster } from '../testnode/host/cluster-handle.ts';
import { bundlePrograms } from '../testnode/pve/bundle.ts';
import { ratio, seconds } from './figures.ts';
import { measure, type Rounds } from './measure.ts';
import { CALL_COST, makeManyVms } from './scene.ts';

/**
 * What starts again and again, each as a ratio to something that any program of its kind has to do: a module to Node.js
 * alone, a call of the test node's `qm` to the start of a program there, three nodes to one, a node among many VMs to
 * one that is alone.
 */
const NODE = 'pve01';
/**
 * A module reads its arguments and its own code; what makes it much slower than Node.js is a mistake in the bundle. Preflight,
 * which tells of bad arguments with all else, does its whole work.
 */
const MODULE_AT_MOST = 2;
const REST_SECONDS = 60;
/** Clock ticks, 10 ms each, of all processes of a node so far. */
const TICKS = "cat /proc/[0-9]*/stat | sed 's/.*) //' | awk '{ sum += $12 + $13 } END { print sum }'";
/** The shell prints user and system time of what it ran, in seconds. */
const PROCESSOR_TIME = 'TIMEFORMAT="%U %S"; time qm status 100 > /dev/null';

// Where it is set, each Node.js reads all of these authorities first: twice the start that is measured.
Reflect.deleteProperty(process.env, 'NODE_EXTRA_CA_CERTS');
console.log('| what | against | seconds | ratio: median (lowest–highest) |\n|---|---|---|---|');
await bundlePrograms();
await modules();
await nodes();
await calls();
await manyVms();
console.log(
  `\na call that is to cost ${CALL_COST} s of processor time costs ${(await costOfCall()).toFixed(2)} s`,
);
console.log(`a node at rest takes ${await costOfRest()} ms of processor time in ${REST_SECONDS} s`);

/** Arguments that end a module when it has read them: what comes then is its work, and for node_preflight all of it. */
async function modules(): Promise<void> {
  const works = moduleNames.map(name => {
    const input = unreadableBundle(name);
    return [name, () => execa('/bin/sh', [], { input, reject: false })] as const;
  });
  const bare = 'Node.js alone';
  const rounds = await measure(25, {
    [bare]: () => execa(process.execPath, ['-e', '0']),
    ...Object.fromEntries(works),
  });
  const medians = new Map(moduleNames.map(name => [name, row(rounds, name, bare)]));
  medians.delete('node_preflight');
  if (Math.max(...medians.values()) > MODULE_AT_MOST) {
    console.error(`a module starts slower than ${MODULE_AT_MOST} times Node.js alone`);
    process.exitCode = 1;
  }
}

async function nodes(): Promise<void> {
  const up = new Map<number, Cluster>();
  const start = async (count: number): Promise<unknown> => up.set(count, await startNodes({ nodes: count }));
  const rounds = await measure(5, {
    'one node up': () => start(1),
    'three nodes up': () => start(3),
    'one node down': async () => up.get(1)?.down(),
    'three nodes down': async () => up.get(3)?.down(),
  });
  row(rounds, 'three nodes up', 'one node up');
  row(rounds, 'three nodes down', 'one node down');
}

async function calls(): Promise<void> {
  await withVm({}, async cluster => {
    const bare = 'a program that does nothing';
    const rounds = await measure(12, {
      [bare]: () => cluster.exec(NODE, ['true']),
      'qm status': () => cluster.exec(NODE, ['qm', 'status', '100']),
    });
    row(rounds, 'qm status', bare);
  });
}

async function manyVms(): Promise<void> {
  const [one, many] = [await startNodes({ nodes: 2 }), await startNodes({ nodes: 2 })];
  try {
    await many.exec(NODE, ['/bin/sh', '-c', makeManyVms('pve02')]);
    const stdin = filledBundle('node_preflight', {});
    const rounds = await measure(10, {
      'a node with no VM': () => one.exec(NODE, ['/bin/sh'], { stdin }),
      'node_preflight among 5,000 VMs': () => many.exec(NODE, ['/bin/sh'], { stdin }),
    });
    row(rounds, 'node_preflight among 5,000 VMs', 'a node with no VM');
  } finally {
    await Promise.all([one.down(), many.down()]);
  }
}

async function costOfCall(): Promise<number> {
  const costly = await withVm({ callCost: CALL_COST }, processorSeconds);
  return costly - (await withVm({ callCost: 0 }, processorSeconds));
}

async function processorSeconds(cluster: Cluster): Promise<number> {
  const { stderr } = await cluster.exec(NODE, ['bash', '-c', PROCESSOR_TIME]);
  return stderr.split(/\s+/).reduce((sum, part) => sum + Number(part), 0);
}

async function withVm<T>(
  options: { readonly callCost?: number },
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = await startNodes(options);
  try {
    await cluster.exec(NODE, ['qm', 'create', '100']);
    return await work(cluster);
  } finally {
    await cluster.down();
  }
}

/** Prints a row, and returns the median ratio. */
function row(rounds: Rounds, what: string, against: string): number {
  const [own = [], other = []] = [rounds[what], rounds[against]];
  const found = ratio(own, other);
  const time = Math.min(...own);
  console.log(`| ${what} | ${against} | ${time.toFixed(3)} | ${seconds(found)} |`);
  return found.median;
}

/** Milliseconds of processor time that a node takes, with its daemons, when nobody asks it anything. */
async function costOfRest(): Promise<number> {
  const cluster = await startNodes();
  const ticks = async (): Promise<number> => Number((await cluster.exec(NODE, ['bash', '-c', TICKS])).stdout);
  try {
    await sleep(2000);
    const before = await ticks();
    await sleep(REST_SECONDS * 1000);
    return ((await ticks()) - before) * 10;
  } finally {
    await cluster.down();
  }
}
