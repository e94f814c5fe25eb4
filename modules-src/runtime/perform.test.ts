import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { StepError } from '../sdk/step-error.ts';
import { qm, type ClusterAction, type Lane, type Step } from '../sdk/step.ts';
import { perform } from './perform.ts';

describe('performing steps', () => {
  const start = (name: string): Step => ({
    summary: `start ${name}`,
    subject: name,
    action: qm('start', Number.parseInt(name, 10) || 1),
  });
  const nothing = (): Promise<void> => Promise.resolve();
  const done = async (lanes: readonly Lane[]): Promise<string[][]> =>
    (await perform(lanes, 2, nothing)).map(outcome => outcome.done.map(step => step.summary));

  describe('a lane', () => {
    it('ends at its first failing step, with what was done before', async () => {
      const refuse: Step = { summary: 'no', action: { kind: 'refuse', reason: 'it is taken' } };
      const performed: ClusterAction[] = [];
      const [outcome] = await perform([[start('1'), refuse, start('2')]], 1, action => {
        performed.push(action);
        return nothing();
      });

      expect(outcome?.done.map(step => step.summary)).to.deep.equal(['start 1']);
      expect(outcome?.failure).to.deep.equal({ step: refuse, reason: 'it is taken', transient: false });
      expect(performed).to.deep.equal([qm('start', 1)]);
    });

    it('has its outcome in the place it stood', async () => {
      expect(await done([[start('a')], [], [start('b'), start('c')]])).to.deep.equal([
        ['start a'],
        [],
        ['start b', 'start c'],
      ]);
    });

    it('passes on whether its failure will pass', async () => {
      const [outcome] = await perform([[start('x')]], 1, () => Promise.reject(new StepError('later', true)));

      expect(outcome?.failure).to.include({ reason: 'later', transient: true });
    });

    it('that meets a bug ends the run with it', async () => {
      const bug = (): Promise<void> => Promise.reject(new TypeError('a bug'));
      const outcome = await perform([[start('x')]], 1, bug).catch((error: unknown) => error);

      expect(outcome).to.be.instanceOf(TypeError);
    });
  });

  describe('lanes at once', () => {
    for (const limit of [1, 2, 5]) {
      it(`are never more than ${limit}`, async () => {
        let running = 0;
        let most = 0;
        const work = async (): Promise<void> => {
          most = Math.max(most, ++running);
          await setTimeout(2);
          running--;
        };
        await perform(
          Array.from({ length: 8 }, (_, index) => [start(String(index))]),
          limit,
          work,
        );

        expect(most).to.equal(limit);
      });
    }

    it('leave none to run alone at the end, and few half done before', async () => {
      const began: string[] = [];
      const work = async (action: ClusterAction): Promise<void> => {
        if (action.kind === 'qm') began.push(String(action.vmid));
        await setTimeout(5);
      };
      const lanes = ['1', '2', '3', '4', '5'].map(name => [start(name), start(name)]);
      await perform(lanes, 2, work);

      expect(began.slice(0, 4)).to.have.members(['1', '1', '2', '2']);
      expect(began.slice(-2)).to.have.members(['4', '5']);
    });

    it('are one when somebody allows none', async () => {
      expect((await perform([[start('a')]], 0, nothing)).map(outcome => outcome.done.length)).to.deep.equal([
        1,
      ]);
    });
  });
});
