import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBenchScene } from '../scene.ts';
import type { Way } from '../ways.ts';
import { variables, type Work } from '../work.ts';

/** What the callback of bench/profile has written. */
interface Profile {
  readonly tasks: readonly { readonly name: string; readonly seconds: number }[];
  /** Seconds. */
  readonly processor: Readonly<Record<string, number>>;
}

/** Runs a way twice on a fresh node, and prints what each of its tasks took and what Ansible itself did. */
export async function printProfile(way: Way, wanted: Work): Promise<void> {
  const scene = await startBenchScene();
  try {
    for (const run of ['first run', 'nothing to change']) {
      const file = join(scene.home, 'profile.json');
      const { seconds } = await way.run(scene, variables(wanted, scene.image, scene.publicKey), {
        ANSIBLE_CALLBACK_PLUGINS: import.meta.dirname,
        ANSIBLE_CALLBACKS_ENABLED: 'task_seconds',
        TASK_SECONDS: file,
        // Nothing is written beside the callback.
        PYTHONDONTWRITEBYTECODE: '1',
      });
      // Written by our own callback.
      console.log(table(`${way.name}, ${run}`, seconds, JSON.parse(readFileSync(file, 'utf8')) as Profile));
    }
  } finally {
    await scene.down();
  }
}

function table(title: string, seconds: number, { tasks, processor }: Profile): string {
  const inTasks = tasks.reduce((sum, task) => sum + task.seconds, 0);
  const rows = [
    ...tasks.map(({ name, seconds: own }) => [name, own] as const),
    ['before the first task, and after the last', seconds - inTasks] as const,
  ];
  return [
    `\n${title}: ${seconds.toFixed(2)} s; processor time: ${Object.entries(processor)
      .map(([who, time]) => `${who} ${time.toFixed(2)} s`)
      .join(', ')}`,
    ...rows.map(([name, own]) => `${own.toFixed(3).padStart(8)}  ${name}`),
  ].join('\n');
}
