import { expect } from 'chai';
import fc from 'fast-check';
import { happen, HAND_EVENTS, newWorld, ROLE_EVENTS, type Event } from './histories.fixture.ts';

/** `npm run test:histories` tries many more; SEED says which. */
const RUNS = process.env['MANY'] === undefined ? 40 : 1000;
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

/** As often the one as the other: what the role removes are generations, of which there must be several. */
const event: fc.Arbitrary<Event> = fc.record({
  what: fc.oneof(fc.constantFrom(...HAND_EVENTS), fc.constantFrom(...ROLE_EVENTS, 'renew' as const)),
  which: fc.nat(40),
  other: fc.nat(40),
});

describe('any history of a user and the role', function () {
  this.timeout(600_000);

  it('loses nothing that the user has made or changed, and the role still removes what is its own', async () => {
    const seen = { events: 0, guests: 0, removed: 0, refusals: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), async events => {
        const world = newWorld();
        for (const one of events) {
          expect(await happen(world, one), JSON.stringify(one)).to.deep.equal([]);
          seen.events++;
        }
        seen.guests += world.theirs.size;
        seen.refusals += world.refusals;
        seen.removed += world.removed;
      }),
      { numRuns: RUNS, seed },
    );
    expect(seen.removed).to.be.greaterThan(0);
    console.log(
      `      seed ${seed}: ${RUNS} histories, ${seen.events} events; ${seen.guests} guests of the user at their ends, 0 lost; ` +
        `${seen.removed} guests of its own removed, ${seen.refusals} runs refused something`,
    );
  });
});
