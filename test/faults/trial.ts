import { setTimeout } from 'node:timers/promises';
import { startScene, type Scene } from '../scene.ts';
import { readState, type State } from './state.ts';

/** What is killed in the middle of a run. */
export type Victim = 'module' | 'worker' | 'connection' | 'node';
export const VICTIMS: readonly Victim[] = ['module', 'worker', 'connection', 'node'];

export interface Trial {
  readonly victim: Victim;
  /** Milliseconds from the start of the run. */
  readonly after: number;
}

export interface Outcome extends Trial {
  /** `same`: as an undisturbed run; `stopped`: the next run refused, and said why; `wrong`: anything else. */
  readonly verdict: 'same' | 'stopped' | 'wrong';
  readonly why: string;
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
    const start = performance.now();
    const { rc, output } = await scene.run(FLEET);
    if (rc !== 0) throw new Error(`the undisturbed run failed\n${output}`);
    return { milliseconds: performance.now() - start, state: await readState(scene.cluster) };
  } finally {
    await scene.down();
  }
}

/** Runs the role on a fresh node, kills something on the way, and runs it again. */
export async function tryOnce(trial: Trial, expected: State): Promise<Outcome> {
  const scene = await startScene();
  try {
    const hit = await killedRun(scene, trial);
    const next = await scene.run(FLEET, [], IMPATIENT);
    if (next.rc !== 0) return { ...trial, hit, ...refusal(next.output) };
    const why = difference(expected, await readState(scene.cluster));
    return { ...trial, hit, verdict: why === '' ? 'same' : 'wrong', why };
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

/** A refusal counts only if it names what was found and what to do. */
function refusal(output: string): Pick<Outcome, 'verdict' | 'why'> {
  const text = output.replace(/\s+/g, ' ');
  const why =
    /PVE-[A-Z]+-\d{3}.{0,400}/.exec(text)?.[0] ?? /"msg": "(.{0,400})/.exec(text)?.[1] ?? text.slice(-400);
  const isHelpful = /PVE-[A-Z]+-\d{3}|qm (unlock|destroy|stop)|run the role again/.test(why);
  return { verdict: isHelpful ? 'stopped' : 'wrong', why };
}

function difference(expected: State, found: State): string {
  const numbers = [...new Set([...Object.keys(expected.configs), ...Object.keys(found.configs)])];
  return [
    ...numbers.flatMap(number =>
      changedLines(expected.configs[number], found.configs[number]).map(line => `VM ${number}: ${line}`),
    ),
    ...found.orphans.map(orphan => `left: ${orphan}`),
  ].join('\n');
}

function changedLines(expected = '', found = ''): readonly string[] {
  const [wanted, had] = [expected.split('\n'), found.split('\n')];
  return [
    ...wanted.filter(line => !had.includes(line)).map(line => `- ${line}`),
    ...had.filter(line => !wanted.includes(line)).map(line => `+ ${line}`),
  ];
}
