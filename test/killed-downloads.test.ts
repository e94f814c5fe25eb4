import { expect } from 'chai';
import { fetchKilled } from './killed-downloads.ts';

const MB = 1e6;

describe('cloud_image_fetch, killed in the middle of a download,', function () {
  this.timeout(60_000);

  it('goes on in the next run where it was', async () => {
    const size = 24 * MB;

    const { kills, sent, result, digest, wanted } = await fetchKilled(size, 20 * MB, [150, 200, 100]);

    expect(kills).to.equal(3);
    expect(result, result.msg).to.include({ failed: false, cached: false, checksum: `sha256:${wanted}` });
    expect(result['resumed_from']).to.be.greaterThan(0);
    expect(digest).to.equal(wanted);
    // Three kills weigh more on a small file than twenty on a large one.
    expect(sent / size).to.be.within(1, 1.2);
  });
});
