import type { Cluster } from '../host/cluster-handle.ts';
import type { Finished } from '../system/processes.ts';
import { observeConfigs, observeVolumes, type SeenImages } from './observe.ts';
import type { Outcome, Step } from './transcript.ts';

/** Members of a group started in this order on the recorded node, each a moment after the one before. */
const MILLISECONDS_BETWEEN_MEMBERS = 45;
/** What a killed command leaves needs a moment to come to rest, as it had while the recorder looked around. */
const MILLISECONDS_TO_REST = 1500;

/** Copy of the configurations in the moment of a kill, which is when the recorder read them: a worker may go on. */
const CONFIGS_AT_KILL = '/run/replay-configs-at-kill';

/** A step with what it did this time. */
export interface ReplayedStep {
  readonly step: Step;
  readonly outcome: Outcome;
}

/** Runs the steps of a transcript in order, members of a parallel group together. */
export async function* runSteps(
  cluster: Cluster,
  node: string,
  steps: readonly Step[],
): AsyncGenerator<ReplayedStep> {
  const seen: SeenImages = new Map();
  for (const group of inGroups(steps)) {
    const finished = await Promise.all(
      group.map(async (step, index) => {
        await delay(index * MILLISECONDS_BETWEEN_MEMBERS);
        return runStep(cluster, node, step);
      }),
    );
    const vmids = [...new Set(group.flatMap(step => Object.keys(step.configs)))];
    const isKilled = group.some(step => step.kill);
    const directory = isKilled ? CONFIGS_AT_KILL : `/etc/pve/nodes/${node}/qemu-server`;
    const configs = observeConfigs(cluster, node, directory, vmids);
    if (isKilled) await cleanUpAfterKill(cluster, node);
    const volumes = await observeVolumes(cluster, node, seen);
    for (const [index, step] of group.entries()) {
      const { rc = 255, stdout = '', stderr = '' } = finished[index] ?? {};
      yield { step, outcome: { rc, stdout, stderr, configs, volumes } };
    }
  }
}

async function cleanUpAfterKill(cluster: Cluster, node: string): Promise<void> {
  await cluster.exec(node, ['rm', '-r', CONFIGS_AT_KILL]);
  await delay(MILLISECONDS_TO_REST);
}

function inGroups(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (last && step.group !== undefined && last[0]?.group === step.group) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

// What a step did that a real node would not do is taken as it was; what it left is still compared.
function runStep(cluster: Cluster, node: string, step: Step): Promise<Finished> {
  const { argv, stdin, kill } = step;
  if (step.artifact !== undefined) return Promise.resolve(step);
  const command = kill ? withSignal(argv, kill) : argv;
  return cluster.exec(node, command, { stdin });
}

// The signal goes to the program alone, not to what it has started.
function withSignal(
  argv: readonly string[],
  { signal, seconds }: NonNullable<Step['kill']>,
): readonly string[] {
  // With job control, as else bash lets what it starts in the background ignore interrupts.
  const script = `
    set -m
    "$@" & pid=$!
    exec 2> /dev/null
    sleep ${seconds}
    kill -${signal} $pid
    cp -r /etc/pve/nodes/$(hostname)/qemu-server ${CONFIGS_AT_KILL}
    wait $pid`;
  return ['bash', '-c', script, 'with-signal', ...argv];
}

function delay(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
