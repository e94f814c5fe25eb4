import { expect } from 'chai';
import { runToEnd } from './program.ts';

describe('a program in a guest', () => {
  const WELL = { exitCode: 0, output: 'well' };

  it('is asked for again where the agent gave no sign, and looked at until it ends', async () => {
    const starts = [undefined, { pid: 7 }];
    const looks = [undefined, WELL];
    const looked: number[] = [];
    const ended = await runToEnd(
      {
        start: () => Promise.resolve(starts.shift()),
        look: pid => Promise.resolve(looked.push(pid) > 0 ? looks.shift() : undefined),
      },
      60,
    );

    expect(ended).to.deep.equal(WELL);
    expect(looked).to.deep.equal([7, 7]);
  });

  it('is asked for once where the guest lets none run, or the answer was lost', async () => {
    let starts = 0;
    const start = () => Promise.resolve({ pid: (starts += 1) > 1 ? 7 : undefined });

    expect(await runToEnd({ start, look: () => Promise.resolve(WELL) }, 60)).to.equal(undefined);
    expect(starts).to.equal(1);
  });

  it('has as many seconds as it is given', async () => {
    const start = () => Promise.resolve({ pid: 7 });

    expect(await runToEnd({ start, look: () => Promise.resolve(undefined) }, 0.05)).to.equal(undefined);
  });
});
