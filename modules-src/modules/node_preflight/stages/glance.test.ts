import { expect } from 'chai';
import { NETWORK } from '../../../http/network.fixture.ts';
import { memoryCluster } from '../../../pve/vms/fixtures/memory-cluster.ts';
import type { ImageWish } from '../../../sdk/image.ts';
import { askedOnce, atAGlance } from './glance.ts';

const WISH: ImageWish = {
  ...{ url: 'https://images.example/a.img', place: '/cache', retries: 3, retryDelay: 1 },
  ...{ isDoubted: false, isRefreshed: false, isForced: false, isHeld: true },
  trust: { checksum: undefined, list: undefined, signature: undefined, policy: 'warn' },
  network: NETWORK,
};

describe('a glance', () => {
  it('takes no number, waits for no guest and looks into no image', async () => {
    const glance = atAGlance(memoryCluster());
    const refused = await Promise.allSettled([
      glance.claimVmid('web', [200]),
      glance.readSigns(200, { status: true }),
      glance.readSource({ image: '/x.img', place: '/cache', checksum: undefined }, 'import'),
    ]);

    expect(refused.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
  });

  it('holds no image, and asks nobody for it', async () => {
    const asked: ImageWish[] = [];
    const { findImage } = memoryCluster();
    const cluster = memoryCluster(undefined, {
      findImage: wish => {
        asked.push(wish);
        return findImage(wish);
      },
    });
    await atAGlance(cluster).findImage(WISH);

    expect(asked).to.deep.equal([{ ...WISH, isHeld: false, isGlance: true }]);
  });

  it('asks each thing once, a failure too', async () => {
    let count = 0;
    const cluster = askedOnce({
      node: 'pve01',
      readText: (path: string) => {
        count += 1;
        return path === '/none' ? Promise.reject(new Error('none')) : Promise.resolve(path);
      },
    });
    const answers = ['/a', '/a', '/none', '/none', '/b'].map(path => cluster.readText(path));
    const found = await Promise.allSettled(answers);

    expect(count).to.equal(3);
    expect(found.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
  });
});
