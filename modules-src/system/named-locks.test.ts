import { expect } from 'chai';
import { claimsIn, type Claims } from './named-locks.ts';
import { ownFolder } from './own-folder.fixture.ts';

describe('VMIDs that several runs choose at once', () => {
  const folder = ownFolder();
  /** Each as a process of its own would have them. */
  const run = (): Claims =>
    claimsIn(
      folder('locks'),
      () => Promise.resolve(false),
      () => undefined,
    );
  const range = [9001, 9002, 9003];

  it('are another one for each name, and the same for the same name, also after a run has ended', async () => {
    const names = ['golden-g2', 'silver-g2', 'golden-g2', 'silver-g2'];
    const chosen = await Promise.all(names.map(name => run().keepVmid(name, range)));

    expect([...new Set(chosen)].sort()).to.deep.equal([9001, 9002]);
    expect(chosen.slice(2)).to.deep.equal(chosen.slice(0, 2));
    expect(await run().keepVmid('golden-g2', [9003])).to.equal(9003);
  });

  it('are not taken from whoever has chosen them, as long as there are others', async () => {
    await run().keepVmid('golden-g2', range);

    expect(await run().claimVmid('web-01', range)).to.equal(9002);
    expect(await run().claimVmid('web-02', [9001])).to.equal(9001);
  });

  it('are not chosen while a run makes another VM of them', async () => {
    await run().claimVmid('web-01', range);

    expect(await run().keepVmid('golden-g2', range)).to.equal(9002);
    expect(await run().keepVmid('golden-g3', [9001])).to.equal(undefined);
  });
});
