import { expect } from 'chai';
import { sharedLook } from './shared-look.ts';

describe('a look that is shared', () => {
  it('is one for a hundred who ask at once', async () => {
    let looks = 0;
    const look = sharedLook(() => Promise.resolve(++looks));

    expect(new Set(await Promise.all(Array.from({ length: 100 }, look)))).to.deep.equal(new Set([1]));
    expect(await look()).to.equal(2);
  });

  it('tells nobody what was true before he asked', async () => {
    let [state, goOn] = ['before', (): void => undefined];
    const look = sharedLook(async () => {
      const seen = state;
      await new Promise<void>(resolve => (goOn = resolve));
      return seen;
    });
    const first = look();
    await new Promise(setImmediate);
    state = 'after';
    const late = [look(), look()];
    goOn();

    expect(await first).to.equal('before');
    await new Promise(setImmediate);
    goOn();
    expect(await Promise.all(late)).to.deep.equal(['after', 'after']);
  });

  it('that fails is not the last one', async () => {
    let isGood = false;
    const look = sharedLook(() => (isGood ? Promise.resolve('seen') : Promise.reject(new Error('gone'))));
    await look().catch(() => undefined);
    isGood = true;

    expect(await look()).to.equal('seen');
  });
});
