import fc from 'fast-check';
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import definition from '../../../modules-src/modules/vm_configure/module.ts';
import creation from '../../../modules-src/modules/vm_create/module.ts';
import { converge } from '../../../modules-src/runtime/converge.ts';
import { UserError } from '../../../modules-src/sdk/error.ts';
import { anyConfig, anyDeclared } from './any-settings.ts';
import {
  base,
  complete,
  configFile,
  create,
  look,
  NODE,
  perform,
  readCalls,
  readConfig,
  reset,
  RUNNING,
  settle,
  STOPPED,
} from './vm.ts';
import type { Look, Declared } from './vm.ts';

/** How many runs of each property came to what end. */
export interface PropertyCounts {
  readonly created: number;
  readonly converged: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly restarted: number;
}

/** What was wanted and left to be done in the end; the shrunk example tells the rest. */
function assertSettled(vmid: number, { steps }: Look): void {
  assert.deepEqual(
    steps.map(step => step.summary),
    [],
    `left to be done; the configuration is now:\n${readConfig(vmid)}`,
  );
}

export async function checkSettings(runs: Readonly<Record<'create' | 'converge' | 'restart', number>>) {
  const counts = { created: 0, converged: 0, unchanged: 0, refused: 0, restarted: 0 };
  await fc.assert(
    fc.asyncProperty(anyDeclared, async declared => {
      counts.created += (await createsAll(declared)) ? 1 : 0;
    }),
    { numRuns: runs.create },
  );
  for (const vmid of [STOPPED, RUNNING]) {
    await fc.assert(
      fc.asyncProperty(
        anyConfig(vmid, vmid === RUNNING),
        anyDeclared,
        fc.nat(2),
        async (config, declared, died) => {
          reset(vmid, config);
          counts[await convergesOrRefuses(vmid, declared, died)]++;
        },
      ),
      { numRuns: runs.converge },
    );
  }
  await fc.assert(
    fc.asyncProperty(anyConfig(RUNNING, true), anyDeclared, async (config, declared) => {
      reset(RUNNING, config);
      counts.restarted += (await restarts({ ...declared, apply: 'stop' })) ? 1 : 0;
    }),
    { numRuns: runs.restart, examples: GIVEN_UP },
  );
  return counts;
}

/** A machine that is given up at the next stop, while the guest system is named: PVE would choose another one. */
const GIVEN_UP = (['other', 'win11'] as const).map((ostype): readonly [string, Declared] => [
  `${base(RUNNING)}machine: q35\nostype: l26\n[PENDING]\ndelete: machine\n`,
  { ostype, machine: 'pc' },
]);

/** A VM that was created with all settings needs none; check mode does not make it. */
async function createsAll(declared: Declared): Promise<boolean> {
  reset(STOPPED, undefined);
  const circumstances = { checkMode: true, problems: [] };
  const { steps } = await converge(
    creation,
    { ...complete(STOPPED, declared), cloud_init_enabled: false },
    circumstances,
    { retries: 0, delay: 0 },
    NODE,
  );
  assert.equal(steps.length, 1);
  assert.equal(existsSync(configFile(STOPPED)), false);
  await create(STOPPED, declared);
  assertSettled(STOPPED, await look(STOPPED, declared));
  return true;
}

/** Wherever a run died, the next one ends with nothing to do; or it says why nothing can be done. */
async function convergesOrRefuses(
  vmid: number,
  declared: Declared,
  died: number,
): Promise<'converged' | 'unchanged' | 'refused'> {
  try {
    const foreseen = await checkOnly(vmid, declared);
    const { steps } = await look(vmid, declared);
    assert.deepEqual(foreseen, steps);
    for (const step of steps.slice(0, died)) await perform(step);
    await settle(vmid, declared);
    assertSettled(vmid, await look(vmid, declared));
    return steps.length > 0 ? 'converged' : 'unchanged';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.match(error.message, /^cannot .+: .+; .+/s);
    return 'refused';
  }
}

/** Check mode of the runtime itself: it touches nothing and calls nothing. */
async function checkOnly(vmid: number, declared: Declared): Promise<Look['steps']> {
  const [config, calls] = [readConfig(vmid), readCalls()];
  const circumstances = { checkMode: true, problems: [] };
  const { steps } = await converge(
    definition,
    complete(vmid, declared),
    circumstances,
    { retries: 0, delay: 0 },
    NODE,
  );
  assert.equal(readConfig(vmid), config);
  assert.equal(readCalls(), calls);
  return steps;
}

/** A VM that may be stopped has everything in the end, runs again, and waits for nothing that was declared. */
async function restarts(declared: Declared): Promise<boolean> {
  try {
    const { steps } = await settle(RUNNING, declared);
    const after = await look(RUNNING, declared);
    assertSettled(RUNNING, after);
    assert.deepEqual([after.pending, after.waiting], [[], []]);
    return steps.some(({ action }) => action.kind === 'qm' && action.verb === 'start');
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
