import type { Cluster } from '../host/cluster.ts';
import type { Finished } from '../host/processes.ts';
import { observeConfigs, observeVolumes } from './observe.ts';
import type { Outcome, Step } from './transcript.ts';

/** Members of a group started in this order on the recorded node, each a moment after the one before. */
const MILLISECONDS_BETWEEN_MEMBERS = 40;
/** What a killed command leaves needs a moment to come to rest, as it had while the recorder looked around. */
const MILLISECONDS_TO_REST = 1500;

/** A step with what it did this time. */
export interface ReplayedStep {
  readonly step: Step;
  readonly outcome: Outcome;
}

/** Runs the steps of a transcript in order, members of a parallel group together. */
export async function* runSteps(cluster: Cluster, node: string, steps: readonly Step[]): AsyncGenerator<ReplayedStep> {
  for (const group of inGroups(steps)) {
    const finished = await Promise.all(
      group.map(async (step, index) => {
        await delay(index * MILLISECONDS_BETWEEN_MEMBERS);
        return runStep(cluster, node, step);
      }),
    );
    const vmids = [...new Set(group.flatMap(step => Object.keys(step.configs)))];
    const configs = await observeConfigs(cluster, node, vmids);
    if (group.some(step => step.kill)) await delay(MILLISECONDS_TO_REST);
    const volumes = await observeVolumes(cluster, node);
    for (const [index, step] of group.entries()) {
      const { rc = 255, stdout = '', stderr = '' } = finished[index] ?? {};
      yield { step, outcome: { rc, stdout, stderr, configs, volumes } };
    }
  }
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

function runStep(cluster: Cluster, node: string, { argv, stdin, kill }: Step): Promise<Finished> {
  const command = kill ? withSignal(argv, kill) : argv;
  return cluster.exec(node, command, { stdin });
}

// The signal goes to the program alone, not to what it has started.
function withSignal(argv: readonly string[], { signal, seconds }: NonNullable<Step['kill']>): readonly string[] {
  const script = `"$@" & pid=$!; sleep ${seconds}; kill -${signal} $pid; wait $pid`;
  return ['bash', '-c', script, 'with-signal', ...argv];
}

function delay(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
