import type { Settled } from '../world.ts';
import type { Answer } from '../../../sdk/define-module.ts';
import type { Wanted } from '../params.ts';
import type { Part } from '../../../sdk/cluster.ts';
import { atAGlance, type GLANCE_ASKS } from './glance.ts';
import type { Found, StageTask } from './task.ts';
import { stageTasks } from './tasks.ts';
import { isRotating } from '../wishes.ts';

/**
 * What the stages need not do: the answer of each module that would do nothing, as long as none before it would do
 * something that it looks at. Whatever stands in the way of telling so is for the stage itself to tell. Nothing is said for
 * a stage that is not to run.
 */
export async function lookAtStages(
  wanted: Wanted,
  found: Found,
  cluster: Part<(typeof GLANCE_ASKS)[number]>,
  tasks: readonly StageTask[] = stageTasks,
): Promise<Settled> {
  const asked = tasks.filter(({ isAsked }) => isAsked(wanted));
  const settled = new Map<StageTask, Answer>();
  const glance = atAGlance(cluster);
  for (const task of asked) {
    if (!task.isPlain(wanted, found)) break;
    const seen = await task.look(wanted, glance).catch(() => undefined);
    if (seen === undefined) break;
    if (seen.isSettled) settled.set(task, seen.answer);
  }
  const busy = asked.filter(task => !settled.has(task)).map(({ stage }) => stage);
  const looked = [...settled.keys()].map(({ stage }) => stage).filter(stage => !busy.includes(stage));
  const idle = [...(isMade(wanted, found) ? ['create-vm'] : []), ...new Set(looked)];
  const isChosen = (stage: string): boolean => wanted.stages?.includes(stage) ?? true;
  const told = [...settled].filter(([{ stage }]) => isChosen(stage));
  return {
    answers: Object.fromEntries(told.map(([{ name }, answer]) => [name, answer])),
    idle: idle.filter(isChosen),
  };
}

/** A new generation of a template is chosen only after this. */
const isMade = (wanted: Wanted, { isThere }: Found): boolean =>
  isThere && wanted.vm_state !== 'absent' && !isRotating(wanted);
