import { expect } from 'chai';
import { openWorkshop, type Victim, type Workshop } from './trial.ts';
import { WORK_NAMES, type WorkName } from './works.ts';

const VICTIMS: Readonly<Record<WorkName, Victim>> = {
  fleet: 'connection',
  clones: 'worker',
  rotation: 'module',
  removal: 'node',
  vms: 'worker',
};

/** One kill of each work, in its middle. `npm run test:faults` tries any number of moments. */
describe('a run that is killed is finished by the next one', function () {
  this.timeout(300_000);
  let workshop: Workshop;
  before(async () => {
    workshop = await openWorkshop();
  });
  after(() => workshop.close());

  for (const work of WORK_NAMES) {
    it(`when it was the ${VICTIMS[work]}, in the middle of ${work}`, async () => {
      const { state, milliseconds } = await workshop.begin(work);
      expect(state.orphans).to.deep.equal([]);

      const after = Math.round(milliseconds / 2);
      const { verdict, why } = await workshop.tryOnce({ work, victim: VICTIMS[work], after });

      expect(verdict, why).to.equal('same');
    });
  }

  const CALLERS = { perl: 'the process that makes the calls', call: 'a call' } as const;
  for (const victim of ['perl', 'call'] as const) {
    it(`when it was ${CALLERS[victim]}, in the middle of clones`, async () => {
      const { milliseconds } = await workshop.begin('clones');
      const after = Math.round(milliseconds / 2);
      const { verdict, why } = await workshop.tryOnce({ work: 'clones', victim, after });

      expect(verdict, why).to.equal('same');
    });
  }
});

/** `npm run test:faults -- --door api` tries any number of moments. */
describe('a run by the API whose controller dies is finished by the next one', function () {
  this.timeout(300_000);
  let workshop: Workshop;
  before(async () => {
    workshop = await openWorkshop('auto', 'api');
  });
  after(() => workshop.close());

  for (const part of [1, 2, 3])
    it(`after ${part} of 4 parts of its time`, async () => {
      const { state, milliseconds } = await workshop.begin('fleet');
      expect(state.orphans).to.deep.equal([]);

      const after = Math.round((milliseconds * part) / 4);
      const { verdict, why } = await workshop.tryOnce({ work: 'fleet', victim: 'controller', after });

      expect(verdict, why).to.equal('same');
    });
});
