import { expect } from 'chai';
import fc from 'fast-check';
import {
  closeFileWorld,
  FILE_HAND_EVENTS,
  FILE_ROLE_EVENTS,
  happenInCache,
  newFileWorld,
  TIME_EVENTS,
  type FileEvent,
} from './file-histories.fixture.ts';

/** `npm run test:histories` tries many more; SEED says which. */
const RUNS = process.env['MANY'] === undefined ? 4 : 500;
const MOST_ROUNDS = 12;
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

const hand = fc.constantFrom(...FILE_HAND_EVENTS);
const event: fc.Arbitrary<FileEvent> = fc.record({
  what: fc.oneof(
    { arbitrary: hand, weight: 4 },
    { arbitrary: fc.constantFrom(...FILE_ROLE_EVENTS), weight: 5 },
    { arbitrary: fc.constantFrom(...TIME_EVENTS), weight: 1 },
  ),
  which: fc.nat(40),
  other: fc.nat(40),
  meanwhile: fc.option(hand, { nil: undefined, freq: 4 }),
});

describe('any history of a user and the role in the cache of images', function () {
  this.timeout(RUNS * 60_000);

  it('loses no file that the user has made or changed, and the role still fetches and removes its own', async () => {
    const seen = { histories: 0, events: 0, files: 0, fetched: 0, imported: 0, pruned: 0, refusals: 0 };
    // An image is seldom pruned: there are more of them until one was.
    const isAllSeen = () => Math.min(seen.fetched, seen.imported, seen.pruned) > 0;
    for (let round = 0; round === 0 || (round < MOST_ROUNDS && !isAllSeen()); round += 1) {
      await fc.assert(
        fc.asyncProperty(fc.array(event, { minLength: 6, maxLength: 18 }), async events => {
          const world = await newFileWorld();
          seen.histories++;
          try {
            for (const one of events) {
              const lost = await happenInCache(world, one);
              expect(lost, `${JSON.stringify(one)}: ${lost.join('; ')}`).to.deep.equal([]);
              seen.events++;
            }
          } finally {
            await closeFileWorld(world);
          }
          seen.files += world.theirs.size;
          for (const key of ['fetched', 'imported', 'pruned', 'refusals'] as const) seen[key] += world[key];
        }),
        { numRuns: RUNS, seed: seed + round, endOnFailure: true },
      );
    }
    expect(isAllSeen(), JSON.stringify(seen)).to.equal(true);
    console.log(
      `      seed ${seed}: ${seen.histories} histories, ${seen.events} events; ${seen.files} files of the user at their ends, 0 lost; ` +
        `${seen.fetched} images fetched, ${seen.imported} imported, ${seen.pruned} removed; ${seen.refusals} runs refused something`,
    );
  });
});
