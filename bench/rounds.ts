import { startBenchScene, type BenchScene, type SceneOptions } from './scene.ts';
import type { Way } from './ways.ts';
import { variables, type Work } from './work.ts';

/** One run of a way, with what it cost. */
export interface Sample {
  readonly way: string;
  /** Name of the piece of work, such as `fleet, first run`. */
  readonly work: string;
  readonly round: number;
  readonly seconds: number;
  readonly tasks: number;
  readonly sshProcesses: number;
  readonly calls: number;
  /** Bytes that the nodes received from anywhere, images included. */
  readonly received: number;
}

/** What is done one after the other on the same nodes. */
export interface Scenario extends SceneOptions {
  readonly ways: readonly Way[];
  readonly rounds: number;
  readonly steps: readonly { readonly work: string; readonly wanted: Work }[];
}

/**
 * Each round gives every way a fresh node in turn, so that what else the machine does meets all of them alike. A run
 * counts only if the node then has what was wanted.
 */
export async function* samples({ ways, rounds, steps, ...options }: Scenario): AsyncGenerator<Sample> {
  for (let round = 1; round <= rounds; round++) {
    for (const way of ways) {
      const scene = await startBenchScene(options);
      try {
        for (const { work, wanted } of steps) yield { work, round, ...(await sample(scene, way, wanted)) };
      } finally {
        await scene.down();
      }
    }
  }
}

async function sample(scene: BenchScene, way: Way, wanted: Work): Promise<Omit<Sample, 'work' | 'round'>> {
  const vars = variables(wanted, scene.image, scene.publicKey);
  const before = await scene.received();
  const effort = await way.run(scene, vars);
  await scene.mustHave(vars);
  const calls = await scene.newCalls();
  return {
    way: way.name,
    ...effort,
    calls: calls.length,
    received: (await scene.received()) - before,
  };
}
