import { expect } from 'chai';
import { fetchKilled } from './killed-downloads.ts';

const MB = 1e6;
const SIZE = 200 * MB;
const RATE = 20 * MB;
const KILLS = 20;

/** Times that add up to less than the whole download takes. */
const randomMoments = (): number[] =>
  Array.from({ length: KILLS }, () => Math.random() * 2 * 0.8 * ((SIZE / RATE) * 1000) * (1 / KILLS));

describe('cloud_image_fetch, killed at 20 random moments of a download of 200 MB,', function () {
  this.timeout(300_000);

  it('brings hardly a byte twice, and the right image', async () => {
    const moments = randomMoments();

    const { kills, sent, result, digest, wanted } = await fetchKilled(SIZE, RATE, moments);

    const told = `killed after ${moments.map(Math.round).join(', ')} ms`;
    console.log(`      ${kills} kills, ${(sent / SIZE).toFixed(3)} times the size came in all`);
    expect(kills, told).to.be.greaterThan(KILLS / 2);
    expect(result, told).to.include({ failed: false, cached: false, checksum: `sha256:${wanted}` });
    expect(digest, told).to.equal(wanted);
    expect(sent / SIZE, told).to.be.within(1, 1.1);
  });
});
