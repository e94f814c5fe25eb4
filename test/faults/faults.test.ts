import { expect } from 'chai';
import { tryOnce, undisturbed, VICTIMS, type Undisturbed } from './trial.ts';

/** One kill of each kind, while the VM is made: what a killed clone leaves is its owner's to remove. `npm run test:faults` tries any number of moments. */
describe('a run that is killed is finished by the next one', function () {
  this.timeout(300_000);
  let reference: Undisturbed;
  before(async () => {
    reference = await undisturbed();
    expect(reference.state.orphans).to.deep.equal([]);
  });

  for (const victim of VICTIMS) {
    it(`when it was the ${victim}`, async () => {
      const after = Math.round(reference.milliseconds / 3);

      const { verdict, why } = await tryOnce({ victim, after }, reference.state);

      expect(verdict, why).to.equal('same');
    });
  }
});
