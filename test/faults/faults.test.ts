import { expect } from 'chai';
import { openWorkshop, type DoorName, type Outcome, type Victim, type Workshop } from './trial.ts';
import type { WorkName } from './works.ts';

const KILLS: readonly (readonly [work: WorkName, victim: Victim, door: DoorName])[] = [
  ['clones', 'node', 'ssh'],
  ['replace', 'module', 'ssh'],
  ['fleet', 'controller', 'api'],
];

/**
 * Kills in the middle of works, of what takes everything with it and of what leaves everything behind. `npm run test:faults`
 * tries all works and victims, and any number of moments.
 */
describe('a run that is killed is finished by the next one', function () {
  this.timeout(300_000);
  let workshop: Workshop;
  before(async () => {
    workshop = await openWorkshop('auto', 'api');
  });
  after(() => workshop.close());

  for (const [work, victim, door] of KILLS) {
    it(`when it was the ${victim}, in the middle of ${work} by ${door}`, async () => {
      const { state, milliseconds } = await workshop.begin(work, door);
      expect(state.orphans).to.deep.equal([]);

      let [after, outcome] = [milliseconds, undefined as Outcome | undefined];
      // A run that was over before is nothing that was killed.
      while (outcome?.hit !== true && after > 0) {
        after = Math.floor(after / 2);
        outcome = await workshop.tryOnce({ work, victim, after, door });
      }

      expect(outcome?.hit).to.equal(true);
      expect(outcome?.verdict, outcome?.why).to.equal('same');
    });
  }
});
