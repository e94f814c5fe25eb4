import { expect } from 'chai';
import fc from 'fast-check';
import { anyRun, happens, madeBy, PLACE, type Run } from './runs.fixture.ts';
import { lookAtStages } from './look.ts';
import type { Wanted } from '../params.ts';
import * as sources from './sources.ts';
import { stageTask, type StageTask } from './task.ts';
import { stageTasks } from './tasks.ts';
import cloudinitApply from '../../cloudinit_apply/module.ts';
import vmConfigure from '../../vm_configure/module.ts';

/** What a glance says before a run, and what the tasks of that run then say themselves. */
async function compare(run: Run, tasks: readonly StageTask[] = stageTasks): Promise<readonly string[]> {
  const scene = await madeBy(run);
  const found = { isThere: scene.model.configs.has(run.wanted.vm_vmid ?? 200), node: PLACE };
  const { answers: settled, idle } = await lookAtStages(scene.wanted, found, scene.cluster, tasks);
  const asked = tasks.filter(({ isAsked }) => isAsked(scene.wanted));
  let isOver = false;
  for (const { name, isPlain } of asked) {
    const ran = await happens(name, scene);
    const told = settled[name];
    if (told !== undefined) {
      expect({ changed: ran.changed, answer: ran.answer }, name).to.deep.equal({
        changed: false,
        answer: JSON.parse(JSON.stringify(told)) as unknown,
      });
    } else if (name === 'cloud_image_fetch' && run.image === 'long ago') {
      // It notes that the image is wanted, which keeps nobody else from being told.
      expect(ran.changed).to.equal(scene.wanted.cloud_image_refresh !== 'never');
    } else if (!isOver && isPlain(scene.wanted, found) && !isSecret('web-01', scene.wanted)) {
      expect(ran.changed, `${name} has nothing to do`).to.equal(true);
    }
    isOver ||= told === undefined && !(name === 'cloud_image_fetch' && !ran.changed);
  }
  const isIdle = (stage: string): boolean => {
    const ofStage = asked.filter(one => one.stage === stage);
    return ofStage.length > 0 && ofStage.every(({ name }) => settled[name] !== undefined);
  };
  const stages = [...new Set(tasks.map(({ stage }) => stage))];
  expect(idle.filter(stage => stage !== 'create-vm')).to.have.members(stages.filter(isIdle));
  expect(idle.includes('create-vm')).to.equal(found.isThere);
  return Object.keys(settled);
}

const MOST_ROUNDS = 20;
const ALWAYS = { stage: 'configure-vm', isAsked: () => true, isPlain: () => true };

/** A name that is the password, too, is starred in what preflight says, and told by the module as it is. */
const isSecret = (text: string, { vm_cloud_init_password: password }: Wanted): boolean => password === text;

describe('a glance at the stages', () => {
  it('says that a task has nothing to do where the task says so itself, in the same words', async () => {
    const seen = new Set<string>();
    const all = stageTasks.map(({ name }) => name);
    // Some tasks are seldom all that is asked for: more runs are made until each was seen to have nothing to do.
    for (let round = 0; round === 0 || (round < MOST_ROUNDS && seen.size < all.length); round += 1) {
      await fc.assert(
        fc.asyncProperty(anyRun, async run => {
          for (const name of await compare(run)) seen.add(name);
        }),
        { numRuns: 100 },
      );
    }

    expect([...seen]).to.have.members(all);
  });

  const { configure, cloudInit } = sources;
  const wrong: Readonly<Record<string, StageTask>> = {
    'memory from the cores': stageTask(vmConfigure, { ...configure, memory: 'vm_cores' }, ALWAYS),
    'the name as user': stageTask(cloudinitApply, { ...cloudInit, user: 'work_name' }, ALWAYS),
  };
  for (const [title, planted] of Object.entries(wrong)) {
    it(`would not be believed with a wrong argument: ${title}`, async () => {
      const tasks = stageTasks.map(task =>
        task.name === planted.name ? { ...task, look: planted.look } : task,
      );
      const { failed } = await fc.check(
        fc.asyncProperty(anyRun, async run => {
          await compare(run, tasks);
        }),
        { numRuns: 3000, endOnFailure: true },
      );

      expect(failed).to.equal(true);
    });
  }
});
