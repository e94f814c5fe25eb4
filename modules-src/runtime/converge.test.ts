import { expect } from 'chai';
import type { Cluster } from '../sdk/cluster.ts';
import { defineModule } from '../sdk/define-module.ts';
import { UserError } from '../sdk/error.ts';
import { defineOptions } from '../sdk/option.ts';
import { qm, type ClusterAction, type Lane, type Step } from '../sdk/step.ts';
import { BrokenOff, converge, type Converged } from './converge.ts';
import { tryLock } from '../system/file-lock.ts';
import { NODE_LOCKS, withLocks } from '../system/named-locks.ts';
import { StepError } from '../sdk/step-error.ts';

/** A small world: names that shall be there. A step adds one; `fail` may stop it, before or after it has. */
interface World {
  readonly names: Set<string>;
  readonly tries: string[];
  readonly fail: (name: string, tries: number) => Failing | undefined;
}

interface Failing {
  readonly transient: boolean;
  readonly reason?: string;
  readonly happened?: true;
}

const names = ['one', 'two', 'three'];

const add = (name: string, index: number): Step => ({
  summary: `add ${name}`,
  subject: name,
  action: qm('start', index),
});

const addNames = defineModule({
  name: 'add_names',
  summary: 'x',
  description: [],
  examples: '',
  returns: {},
  params: defineOptions({ parallel: { type: 'int', default: 1, description: 'x' } }),
  parallel: ({ parallel }) => parallel,
  asks: [],
  performs: ['qm'],
  observe: () => Promise.resolve([...world.names]),
  plan: (_, found): Lane[] => names.map((name, index) => (found.includes(name) ? [] : [add(name, index)])),
});

let world: World;

/** Adds the name of a step to the world, or fails as the world says. */
function addName(action: ClusterAction): Promise<void> {
  const name = names[action.kind === 'qm' ? action.vmid : -1] ?? '';
  world.tries.push(name);
  const failing = world.fail(name, world.tries.filter(tried => tried === name).length);
  if (failing === undefined || failing.happened) world.names.add(name);
  return failing === undefined
    ? Promise.resolve()
    : Promise.reject(new StepError(failing.reason ?? 'no', failing.transient));
}

const cluster: Cluster<never> = {
  node: 'pve01',
  perform: addName,
  expect: () => undefined,
  end: () => Promise.resolve({ warnings: [], told: {} }),
  refusal: () => Promise.resolve(undefined),
  show: () => undefined,
  alone: (names, work) => withLocks(NODE_LOCKS, names, work),
  parallel: 8,
};

const run = (retries: number, checkMode = false): Promise<Converged<readonly string[]>> =>
  converge(addNames, { parallel: 2 }, { checkMode, problems: [] }, { retries, delay: 0 }, cluster);

/** The same for a definition of its own. */
const walk = (definition: typeof addNames, retries: number): Promise<Converged<readonly string[]>> =>
  converge(definition, { parallel: 1 }, { checkMode: false, problems: [] }, { retries, delay: 0 }, cluster);

const summaries = (steps: readonly Step[]): string[] => steps.map(step => step.summary);

describe('converging', () => {
  beforeEach(() => {
    world = { names: new Set(), tries: [], fail: () => undefined };
  });

  describe('the way to what is wanted', () => {
    it('is walked, and what was done is told', async () => {
      const { steps, left, failures, observed } = await run(0);

      expect(summaries(steps)).to.have.members(['add one', 'add two', 'add three']);
      expect({ left, failures }).to.deep.equal({ left: [], failures: [] });
      expect(observed).to.have.members(names);
    });

    it('has no steps when all is there', async () => {
      names.forEach(name => world.names.add(name));

      expect(await run(3)).to.deep.include({ steps: [], left: [], failures: [] });
      expect(world.tries).to.deep.equal([]);
    });

    it('begins where the last run ended', async () => {
      world.names.add('two');

      expect(summaries((await run(0)).steps)).to.have.members(['add one', 'add three']);
    });
  });

  describe('work that shows only when the first is done', () => {
    /** One step at a time, each because of the one before. */
    const oneByOne = (count: number): typeof addNames => ({
      ...addNames,
      plan: (_, found) => {
        const index = names.findIndex(name => !found.includes(name));
        return index < 0 || index >= count ? [] : [[add(names[index] ?? '', index)]];
      },
    });

    it('is done, too', async () => {
      const { steps, left } = await walk(oneByOne(2), 0);

      expect(summaries(steps)).to.deep.equal(['add one', 'add two']);
      expect(left).to.deep.equal([]);
    });

    it('is done although something else has failed', async () => {
      world = { ...world, fail: name => (name === 'three' ? { transient: false } : undefined) };
      const { steps, failures } = await walk(
        {
          ...addNames,
          plan: (_, found) => [
            found.includes('two')
              ? []
              : [{ ...(found.includes('one') ? add('two', 1) : add('one', 0)), subject: 'a' }],
            [add('three', 2)],
          ],
        },
        0,
      );

      expect(summaries(steps)).to.deep.equal(['add one', 'add two']);
      expect(failures).to.have.lengthOf(1);
    });

    it('is not followed for ever', async () => {
      const { left } = await walk(oneByOne(3), 0);

      expect(summaries(left.flat())).to.deep.equal(['add three']);
    });
  });

  describe('an attempt that fails', () => {
    /** Tries the first name, and does without it when that has failed. */
    const attempts: typeof addNames = {
      ...addNames,
      observe: (_, { work }) =>
        Promise.resolve([...world.names, ...(work === undefined ? [] : [`failed: ${work.failure ?? 'no'}`])]),
      plan: (_, found) => {
        if (found.includes('one') || found.includes('two')) return [];
        const hasFailed = found.some(text => /^failed: (?!no$)/.test(text));
        return [[hasFailed ? add('two', 1) : { ...add('one', 0), isAttempt: true }]];
      },
    };
    const failing = (transient: boolean): void => {
      world = { ...world, fail: name => (name === 'one' ? { transient, reason: 'it is full' } : undefined) };
    };

    it('is told to the next look, whose plan goes another way, and is no failure of the run', async () => {
      failing(false);
      const { steps, left, failures } = await walk(attempts, 3);

      expect(summaries(steps)).to.deep.equal(['add two']);
      expect({ left, failures }).to.deep.equal({ left: [], failures: [] });
    });

    it('is tried again first where its reason may pass', async () => {
      failing(true);
      const { steps } = await walk(attempts, 2);

      expect(world.tries).to.deep.equal(['one', 'one', 'one', 'two']);
      expect(summaries(steps)).to.deep.equal(['add two']);
    });
  });

  describe('check mode', () => {
    it('tells what would be done and does nothing', async () => {
      const { steps, left } = await run(3, true);

      expect(summaries(steps)).to.have.lengthOf(3);
      expect(left).to.deep.equal([]);
      expect(world.tries).to.deep.equal([]);
      expect(world.names.size).to.equal(0);
    });
  });

  describe('a failure that is known to pass', () => {
    it('is tried again, and only that', async () => {
      world = {
        ...world,
        fail: (name, tries) => (name === 'two' && tries < 3 ? { transient: true } : undefined),
      };
      const { left, failures, retried } = await run(3);

      expect({ left, failures }).to.deep.equal({ left: [], failures: [] });
      expect(retried.map(({ step, reason }) => [step.summary, reason])).to.deep.equal([
        ['add two', 'no'],
        ['add two', 'no'],
      ]);
      expect(world.tries.filter(name => name === 'two')).to.have.lengthOf(3);
      expect(world.tries.filter(name => name === 'one')).to.have.lengthOf(1);
    });

    it('is given up after as many further tries as are allowed', async () => {
      world = { ...world, fail: name => (name === 'two' ? { transient: true } : undefined) };
      const { left, failures } = await run(2);

      expect(world.tries.filter(name => name === 'two')).to.have.lengthOf(3);
      expect(summaries(left.flat())).to.deep.equal(['add two']);
      expect(failures.map(failure => failure.reason)).to.deep.equal(['no']);
    });

    it('is not tried again when it did happen, and counts as done', async () => {
      world = { ...world, fail: name => (name === 'two' ? { transient: true, happened: true } : undefined) };
      const { steps, left } = await run(3);

      expect(world.tries.filter(name => name === 'two')).to.have.lengthOf(1);
      expect(summaries(steps)).to.include('add two');
      expect(left).to.deep.equal([]);
    });
  });

  describe('any other failure', () => {
    it('is not tried again, and the other lanes are walked', async () => {
      world = { ...world, fail: name => (name === 'one' ? { transient: false } : undefined) };
      const { left, failures, steps } = await run(5);

      expect(world.tries.filter(name => name === 'one')).to.have.lengthOf(1);
      expect(summaries(steps)).to.have.members(['add two', 'add three']);
      expect(summaries(left.flat())).to.deep.equal(['add one']);
      expect(failures).to.have.lengthOf(1);
    });

    it('stays told while another lane is tried again', async () => {
      world = {
        ...world,
        fail: (name, tries) =>
          name === 'one' ? { transient: false } : tries < 2 ? { transient: true } : undefined,
      };
      const { failures, left } = await run(3);

      expect(failures.map(({ step }) => step.subject)).to.deep.equal(['one']);
      expect(summaries(left.flat())).to.deep.equal(['add one']);
    });
  });

  describe('a step of which nobody tells what has come of it', () => {
    it('is told as begun, with why', async () => {
      world = { ...world, fail: name => (name === 'two' ? { transient: false, happened: true } : undefined) };
      const observe = (): Promise<string[]> =>
        world.tries.length === 0
          ? Promise.resolve([])
          : Promise.reject(new UserError('nobody answers', { problems: ['x'] }));
      const error: unknown = await walk({ ...addNames, observe }, 3).catch((found: unknown) => found);

      expect(error).to.be.instanceOf(BrokenOff);
      const { steps, cause } = error as BrokenOff;
      expect(summaries(steps)).to.have.members(['add one', 'add three']);
      expect(String(cause)).to.contain('begun to add two, end unknown: nobody');
      expect((cause as UserError).details).to.deep.equal({ problems: ['x'] });
    });
  });

  describe('two runs at once that work on the same', () => {
    const LOCK = `test-${process.pid}`;
    const locked = { ...addNames, locks: () => [LOCK] };

    it('do every step once, and the second finds it done', async () => {
      const [one, two] = await Promise.all([walk(locked, 0), walk(locked, 0)]);

      expect(world.tries).to.have.lengthOf(3);
      expect([one, two].map(({ steps }) => steps.length).sort()).to.deep.equal([0, 3]);
      expect([...one.left, ...two.left]).to.deep.equal([]);
    });

    it('refuse nothing that is only half done by the other', async () => {
      const wary: typeof addNames = {
        ...locked,
        plan: (_, found) => {
          if (found.length < names.length) throw new UserError('half a VM is in the way');
          return [];
        },
      };
      const held = await tryLock(`${NODE_LOCKS}/${LOCK}`);
      const waiting = walk(wary, 0);
      await new Promise(resolve => setTimeout(resolve, 50));
      names.forEach(name => world.names.add(name));
      await held?.close();

      expect((await waiting).left).to.deep.equal([]);
      world.names.clear();
      expect(await walk(wary, 0).catch(String)).to.contain('half a VM is in the way');
    });

    it('wait for nobody when nothing is to be done', async () => {
      names.forEach(name => world.names.add(name));
      const held = await tryLock(`${NODE_LOCKS}/${LOCK}`);

      expect((await walk(locked, 0)).steps).to.deep.equal([]);
      await held?.close();
    });
  });

  describe('a node that does not keep what was set', () => {
    it('leaves steps although none failed', async () => {
      const forgetful = { ...addNames, plan: (): Lane[] => [[add('one', 0)]] };
      const converged = await walk(forgetful, 3);

      expect(summaries(converged.left.flat())).to.deep.equal(['add one']);
      expect(converged.failures).to.deep.equal([]);
      expect(world.tries).to.deep.equal(['one']);
    });
  });

  describe('a lane that is refused', () => {
    const refusing = defineModule({
      ...addNames,
      plan: (_: unknown, found: readonly string[]): Lane[] => [
        [{ summary: 'add four', subject: 'four', action: { kind: 'refuse', reason: 'four is taken' } }],
        found.includes('one') ? [] : [add('one', 0)],
      ],
    });
    const refuse = (checkMode: boolean) =>
      converge(refusing, { parallel: 1 }, { checkMode, problems: [] }, { retries: 3, delay: 0 }, cluster);

    for (const checkMode of [false, true]) {
      it(`fails with its reason beside one that is walked${checkMode ? ', in check mode, too' : ''}`, async () => {
        const { steps, left, failures } = await refuse(checkMode);

        expect(summaries(steps)).to.deep.equal(['add one']);
        expect(summaries(left.flat())).to.deep.equal(['add four']);
        expect(failures.map(failure => failure.reason)).to.deep.equal(['four is taken']);
      });
    }
  });

  describe('an operation that this way to Proxmox VE does not have', () => {
    it('is refused in its lane before anything of that lane is done', async () => {
      const both = { ...addNames, plan: (): Lane[] => [[add('one', 0), add('two', 1)]] };
      const door = {
        ...cluster,
        refusal: (actions: readonly ClusterAction[]) => {
          const action = actions.find(one => one.kind === 'qm' && one.vmid === 1);
          return Promise.resolve(action && { action, why: 'root alone may' });
        },
      };
      const { left, failures } = await converge(
        both,
        { parallel: 1 },
        { checkMode: false, problems: [] },
        { retries: 3, delay: 0 },
        door,
      );

      expect(world.tries).to.deep.equal([]);
      expect(summaries(left.flat())).to.deep.equal(['add two']);
      expect(failures.map(failure => failure.reason)).to.deep.equal(['cannot add two: root alone may']);
    });
  });

  describe('lanes with steps of the same words', () => {
    it('are told apart by what they work on', async () => {
      const alike = {
        ...addNames,
        plan: (_: unknown, found: readonly string[]): Lane[] =>
          names.map((name, index) =>
            found.includes(name) ? [] : [{ ...add(name, index), summary: 'add it' }],
          ),
      };
      world = {
        ...world,
        fail: name =>
          name === 'one'
            ? { transient: false }
            : name === 'two'
              ? { transient: true, happened: true }
              : undefined,
      };
      const { steps, left } = await walk(alike, 1);

      expect(steps.map(step => step.subject)).to.have.members(['two', 'three']);
      expect(left.flat().map(step => step.subject)).to.deep.equal(['one']);
    });
  });

  describe('a step that leaves no trace, such as a cloud-init drive that is written anew', () => {
    it('is not forgotten when it was not come to', async () => {
      const refresh: Step = {
        summary: 'write the drive anew',
        subject: 'one',
        action: qm('cloudinit update', 1),
        isTraceless: true,
      };
      const refreshing = {
        ...addNames,
        plan: (_: unknown, found: readonly string[]): Lane[] =>
          found.includes('one') ? [] : [[add('one', 0), add('two', 1), refresh]],
      };
      world = { ...world, fail: name => (name === 'two' ? { transient: false } : undefined) };
      const { left, steps } = await walk(refreshing, 3);

      expect(summaries(steps)).to.include('add one');
      expect(summaries(left.flat())).to.deep.equal(['write the drive anew']);
    });
  });
});
