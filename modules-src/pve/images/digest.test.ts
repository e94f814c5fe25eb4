import { expect } from 'chai';
import { memoryCluster } from '../vms/fixtures/memory-cluster.ts';
import { modelNode } from '../vms/fixtures/model-node.ts';
import { cachedDigest } from './digest.ts';

const cluster = memoryCluster(modelNode(), {
  readImage: ({ image }) =>
    Promise.resolve(
      image.endsWith('noble.img') ? { digest: 'sha256:ab', virtualSize: 1, bytes: 1 } : undefined,
    ),
});

describe('the digest of an image that was fetched', () => {
  it('is what its record says, and nothing where there is none', async () => {
    const digest = (image?: string) => cachedDigest({ image, cache_dir: '/cache' }, cluster);

    expect(await digest('https://images.example/noble.img')).to.equal('sha256:ab');
    expect(await digest('/cache/other.img')).to.equal(undefined);
    expect(await digest('')).to.equal(undefined);
    expect(await digest()).to.equal(undefined);
  });
});
