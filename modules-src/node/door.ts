import { availableParallelism } from 'node:os';
import type { Cluster, Reading, Readings } from '../sdk/cluster.ts';
import { lockedVms } from '../pve/vms/ownership.ts';
import { StepError } from '../sdk/step-error.ts';
import { qmOf, type ClusterAction } from '../sdk/step.ts';
import { limitCommands } from '../system/run-command.ts';
import { localNode } from './facts/local-node.ts';
import { heardWarnings } from './qm/warnings.ts';
import { chooseWay, endCalls, expectCalls } from './qm/way.ts';
import { workOn } from './vms/files.ts';
import { showCall } from './vms/qm.ts';

/** Does the actions of one kind, and answers nothing to all others. */
export type Performer = (action: ClusterAction) => Promise<void> | undefined;

/** The node on which the module runs, with what this module asks of it and does to it, so that no bundle carries more. */
export function openNode<Asked extends Reading>(
  readings: Pick<Readings, Asked>,
  performers: readonly Performer[],
  values: Readonly<Record<string, unknown>>,
): Cluster<Asked> {
  limitCommands(secondsOf(values));
  chooseWay(values['qm']);
  return {
    ...readings,
    node: localNode(),
    perform: action => perform(action, performers),
    expect: actions => expectCalls(actions.filter(action => qmOf(action) !== undefined).length),
    end: async () => {
      const calls = await endCalls();
      return { warnings: heardWarnings(), told: calls.warm + calls.plain === 0 ? {} : { qm_calls: calls } };
    },
    // Root on the node may everything.
    refusal: () => Promise.resolve(undefined),
    show: showCall,
    alone: async (names, work) => {
      // Who is not root can change nothing, and need not wait to be told so.
      if (process.geteuid?.() !== 0) return work();
      const { NODE_LOCKS, withLocks } = await import('../system/named-locks.ts');
      return withLocks(NODE_LOCKS, names, () => {
        workOn(lockedVms(names));
        return work();
      });
    },
    // A `qm` call is half a second of processor time: more of them than cores only slow each other down.
    parallel: availableParallelism(),
  };
}

/** Modules that start no commands have no such parameter. */
const secondsOf = ({ command_timeout: seconds }: Readonly<Record<string, unknown>>): number =>
  typeof seconds === 'number' ? seconds : 7200;

async function perform(action: ClusterAction, performers: readonly Performer[]): Promise<void> {
  for (const performer of performers) {
    const work = performer(action);
    if (work !== undefined) return work.catch(asStepError);
  }
  throw new Error(`this module has nothing that performs ${action.kind}`);
}

/** A full or read-only file system is the trouble of one lane, not of the others. */
function asStepError(error: unknown): never {
  throw error instanceof Error && 'syscall' in error ? new StepError(error.message, false) : error;
}
