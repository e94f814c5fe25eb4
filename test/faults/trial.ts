import { setTimeout } from 'node:timers/promises';
import { startScene, type Scene } from '../scene.ts';
import { foreignChanges, makeForeign } from './foreign.ts';
import { readState, type State } from './state.ts';
import { judge, type Verdict } from './verdict.ts';

/** What is killed in the middle of a run. */
export type Victim = 'module' | 'worker' | 'connection' | 'node';
export const VICTIMS: readonly Victim[] = ['module', 'worker', 'connection', 'node'];

export interface Trial {
  readonly victim: Victim;
  /** Milliseconds from the start of the run. */
  readonly after: number;
}

export interface Outcome extends Trial, Verdict {
  /** Whether the kill came in time to make the run fail. */
  readonly hit: boolean;
}

const FLEET = 'test/playbooks/fleet.yml';
/** Notices a dead node in seconds, where the default would wait for the network's own time-outs. */
const IMPATIENT = {
  ANSIBLE_SSH_ARGS:
    '-C -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=1 -o ServerAliveCountMax=3',
};

const PATTERNS: Readonly<Record<Exclude<Victim, 'node'>, string>> = {
  module: 'node -$',
  worker: '[-]-task',
  connection: 'sshd: root',
};

export interface Undisturbed {
  readonly state: State;
  readonly milliseconds: number;
}

/** A run that nothing disturbs: what every other one must come to. */
export async function undisturbed(): Promise<Undisturbed> {
  const scene = await startScene();
  try {
    const before = await makeForeign(scene.cluster);
    const start = performance.now();
    const { rc, output } = await scene.run(FLEET);
    if (rc !== 0) throw new Error(`the undisturbed run failed\n${output}`);
    const milliseconds = performance.now() - start;
    const state = await readState(scene.cluster);
    const changed = foreignChanges(before, state.foreign);
    if (changed.length > 0) throw new Error(`the undisturbed run changed ${changed.join(', ')}`);
    return { milliseconds, state };
  } finally {
    await scene.down();
  }
}

/** Runs the role on a fresh node beside guests of others, kills something on the way, and runs it again. */
export async function tryOnce(trial: Trial, expected: State): Promise<Outcome> {
  const scene = await startScene();
  try {
    const foreign = await makeForeign(scene.cluster);
    const hit = await killedRun(scene, trial);
    const killed = await readState(scene.cluster);
    const next = await scene.run(FLEET, [], IMPATIENT);
    const found = await readState(scene.cluster);
    return { ...trial, hit, ...judge(next, { expected, foreign, killed, found }) };
  } finally {
    await scene.down();
  }
}

async function killedRun(scene: Scene, { victim, after }: Trial): Promise<boolean> {
  let hasEnded = false;
  const run = scene.run(FLEET, [], IMPATIENT).finally(() => (hasEnded = true));
  await setTimeout(after);
  if (victim === 'node') await scene.cluster.kill('pve01');
  else await killFirst(scene, PATTERNS[victim], () => hasEnded);
  const { rc } = await run;
  if (victim === 'node') await scene.cluster.restart('pve01');
  return rc !== 0;
}

/** Kills what fits the pattern as soon as there is something, unless the run ends before. */
async function killFirst({ cluster }: Scene, pattern: string, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    const { rc } = await cluster.exec('pve01', ['pkill', '-KILL', '-f', pattern]);
    if (rc === 0) return;
    await setTimeout(5);
  }
}
