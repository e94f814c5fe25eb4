import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { withHash } from './hash-thread.ts';

describe('a digest from another thread', () => {
  const bytes = randomBytes(1024 ** 2);

  for (const [pieces, size] of [
    [0, 0],
    [1, 1],
    [3, 65536],
    [33, 65537],
    [400, 200_000],
    [60_000, 3],
  ] as const) {
    it(`is that of ${pieces} pieces of ${size} bytes`, async () => {
      const expected = createHash('sha512');
      const found = await withHash('sha512', async hash => {
        for (let index = 0; index < pieces; index++) {
          const piece = bytes.subarray(index % 1000, (index % 1000) + size);
          expected.update(piece);
          hash.update(piece);
          // The other thread catches up, and must wait.
          if (index % 7 === 0) await setImmediate();
        }
        return hash.digest();
      });

      expect(found).to.equal(expected.digest('hex'));
    });
  }

  it('may be given up', async () => {
    const error = await withHash('sha256', hash => {
      hash.update(bytes);
      return Promise.reject(new Error('the line is cut'));
    }).catch((reason: unknown) => reason);

    expect(error).to.have.property('message', 'the line is cut');
  });
});
