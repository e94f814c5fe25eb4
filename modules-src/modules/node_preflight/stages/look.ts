import type { Settled } from '../world.ts';
import type { Answer } from '../../../sdk/define-module.ts';
import type { Wanted } from '../params.ts';
import type { Part } from '../../../sdk/cluster.ts';
import { atAGlance, type GLANCE_ASKS } from './glance.ts';
import type { Found, StageTask } from './task.ts';
import { stageTasks } from './tasks.ts';

/**
 * What the stages need not do: the answer of each module that would do nothing, as long as none before it would do
 * something that it looks at. Whatever stands in the way of telling so is for the stage itself to tell.
 */
export async function lookAtStages(
  wanted: Wanted,
  found: Found,
  cluster: Part<(typeof GLANCE_ASKS)[number]>,
  tasks: readonly StageTask[] = stageTasks,
): Promise<Settled> {
  const settled: Record<string, Answer> = {};
  const glance = atAGlance(cluster);
  for (const task of tasks.filter(({ isAsked }) => isAsked(wanted))) {
    if (!task.isPlain(wanted, found)) break;
    const seen = await task.look(wanted, glance).catch(() => undefined);
    if (seen === undefined) break;
    if (seen.isSettled) settled[task.name] = seen.answer;
  }
  return settled;
}
