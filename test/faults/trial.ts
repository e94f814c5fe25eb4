import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { MODULE_PROCESS } from '../bundle.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { startScene, type Scene } from '../scene.ts';
import { foreignChanges, makeForeign, type Digests } from './foreign.ts';
import { takeSnapshot } from './snapshot.ts';
import { readState, type State } from './state.ts';
import { judge, type Verdict } from './verdict.ts';
import { publish, WORKS, type Work, type WorkName } from './works.ts';

/** What is killed in the middle of a run. */
export type Victim = 'module' | 'perl' | 'call' | 'worker' | 'connection' | 'controller' | 'node';
export const VICTIMS: Readonly<Record<DoorName, readonly Victim[]>> = {
  ssh: ['module', 'perl', 'call', 'worker', 'connection', 'node'],
  api: ['controller', 'worker', 'node'],
};

/** By which door the works are done. */
export type DoorName = 'ssh' | 'api';

interface Trial {
  readonly work: WorkName;
  readonly victim: Victim;
  /** Milliseconds from the start of the run. */
  readonly after: number;
  /** By which door, if not by that of the workshop. */
  readonly door?: DoorName;
}

export interface Outcome extends Trial, Verdict {
  /** Whether the kill came in time to make the run fail. */
  readonly hit: boolean;
}

/** Notices a dead node in seconds, where the default would wait for the network's own time-outs. */
const IMPATIENT = {
  ANSIBLE_SSH_ARGS:
    '-C -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=1 -o ServerAliveCountMax=3',
};

const PATTERNS: Readonly<Record<Exclude<Victim, 'node' | 'controller'>, string>> = {
  module: MODULE_PROCESS,
  perl: '^/usr/bin/perl -e',
  call: 'qm[.]cjs [a-z]+ [0-9]',
  worker: '[-]-task',
  connection: 'sshd: root',
};

/** Nodes with guests of others, where works are begun again and again. */
export interface Workshop {
  /** What a work comes to that nothing disturbs; where it is to begin is found for the trials that follow. */
  begin(work: WorkName, door?: DoorName): Promise<Undisturbed>;
  /** Kills something on the way of that work, and runs it again. */
  tryOnce(trial: Trial): Promise<Outcome>;
  close(): Promise<void>;
}

interface Undisturbed {
  readonly state: State;
  readonly milliseconds: number;
}

interface Begun extends Undisturbed {
  readonly goBack: () => Promise<void>;
}

/** `qm` is how the role calls it; one that goes by the API can go by SSH, too. */
export async function openWorkshop(qm = 'auto', door: DoorName = 'ssh', nodes = 1): Promise<Workshop> {
  const plain = await startScene({ nodes });
  const by = (started: Scene): Scene => ({
    ...started,
    run: (playbook, args = [], ...more) =>
      started.run(playbook, [...args, '-e', `proxmox_qm=${qm}`], ...more),
  });
  const ssh = by(plain);
  const scenes = { ssh, api: door === 'api' ? by(await sceneByApi(plain)) : ssh };
  const foreign = await makeForeign(plain.cluster);
  const empty = await takeSnapshot(plain.cluster, 'empty');
  const begun = new Map<string, Begun>();
  const begin = async (work: WorkName, through = door): Promise<Begun> => {
    const key = `${work}-${through}`;
    let found = begun.get(key);
    if (found === undefined) {
      await empty();
      found = await undisturbed(scenes[through], work, foreign, key);
      begun.set(key, found);
    }
    return found;
  };
  return {
    begin,
    tryOnce: async trial => {
      const { goBack, state } = await begin(trial.work, trial.door);
      const scene = scenes[trial.door ?? door];
      await goBack();
      forgetNotes(scene);
      const hit = await killedRun(scene, trial);
      const killed = await readState(scene.cluster);
      const { run, faults, settles }: Work = WORKS[trial.work];
      const next = await run(scene, IMPATIENT);
      const found = await readState(scene.cluster);
      const further = next.rc === 0 && settles ? await run(scene, IMPATIENT) : undefined;
      const wrong = [...(faults?.(killed.configs) ?? []), ...unsettled(further)];
      return { ...trial, hit, ...judge(next, { expected: state, foreign, killed, found, faults: wrong }) };
    },
    close: () => plain.down(),
  };
}

const unsettled = (further: PlaybookRun | undefined): readonly string[] =>
  further === undefined || (further.rc === 0 && further.counts.changed === 0)
    ? []
    : [`a further run has found something to do\n${further.output}`];

/** What a controller has noted of runs on a node that has been put back. */
const forgetNotes = ({ home }: Scene): void =>
  rmSync(join(home, '.local/state/proxmox-role'), { recursive: true, force: true });

/** By the API, images are known on the controller: those that other works have fetched are none of this one. */
const cacheOf = ({ home }: Scene): string => join(home, '.cache/proxmox-role');

function keepCache(scene: Scene, name: string): () => void {
  const [cache, kept] = [cacheOf(scene), join(scene.home, `cache-of-${name}`)];
  if (existsSync(cache)) cpSync(cache, kept, { recursive: true, preserveTimestamps: true });
  return () => {
    rmSync(cache, { recursive: true, force: true });
    if (existsSync(kept)) cpSync(kept, cache, { recursive: true, preserveTimestamps: true });
  };
}

async function undisturbed(scene: Scene, work: WorkName, foreign: Digests, name: string): Promise<Begun> {
  const { build, prepare, run }: Work = WORKS[work];
  forgetNotes(scene);
  rmSync(cacheOf(scene), { recursive: true, force: true });
  await publish(scene, 'first');
  await prepare(scene);
  const asPrepared = await takeSnapshot(scene.cluster, name);
  const withCache = keepCache(scene, name);
  const goBack = async (): Promise<void> => {
    await asPrepared();
    withCache();
    await publish(scene, build);
  };
  await publish(scene, build);
  const start = performance.now();
  const { rc, output } = await run(scene);
  if (rc !== 0) throw new Error(`the undisturbed run failed\n${output}`);
  const milliseconds = performance.now() - start;
  const state = await readState(scene.cluster);
  const changed = foreignChanges(foreign, state.foreign);
  if (changed.length > 0) throw new Error(`the undisturbed run changed ${changed.join(', ')}`);
  return { milliseconds, state, goBack };
}

async function killedRun(scene: Scene, { work, victim, after }: Trial): Promise<boolean> {
  if (victim === 'controller') return (await WORKS[work].run(endingAfter(scene, after), IMPATIENT)).rc !== 0;
  let hasEnded = false;
  const run = WORKS[work].run(scene, IMPATIENT).finally(() => (hasEnded = true));
  await setTimeout(after);
  // Of several nodes the moment chooses.
  const { names } = scene.cluster;
  const [node = '', ...others] = [...names, ...names].slice(after % names.length).slice(0, names.length);
  if (victim === 'node') await scene.cluster.kill(node);
  else await killFirst(scene, [node, ...others], PATTERNS[victim], () => hasEnded);
  const { rc } = await run;
  if (victim === 'node') await scene.cluster.restart(node);
  return rc !== 0;
}

/** A power cut of the controller: all that a play has started there is gone at once. */
const endingAfter = (scene: Scene, milliseconds: number): Scene => ({
  ...scene,
  run: (playbook, args, env) =>
    scene.run(playbook, args, env, [
      ...['timeout', '--signal=KILL', String(milliseconds / 1000)],
      ...['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
    ]),
});

/** Kills what fits the pattern as soon as there is something on one of the nodes, unless the run ends before. */
async function killFirst(
  { cluster }: Scene,
  nodes: readonly string[],
  pattern: string,
  hasEnded: () => boolean,
): Promise<void> {
  while (!hasEnded()) {
    for (const node of nodes)
      if ((await cluster.exec(node, ['pkill', '-KILL', '-f', pattern])).rc === 0) return;
    await setTimeout(5);
  }
}
