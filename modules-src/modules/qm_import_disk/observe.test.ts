import { expect } from 'chai';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import type { ImageUse } from '../../sdk/cluster.ts';
import { observeImport } from './observe.ts';

const WANTED = {
  ...{ vmid: 200, name: 'web-01', image: 'https://images.test/noble.img', cache_dir: 'local' },
  ...{ storage: 'local', disk: 'scsi0' },
};

describe('the image of a disk', () => {
  async function usesOf(config: string, checkMode: boolean): Promise<readonly ImageUse[]> {
    const uses: ImageUse[] = [];
    const cluster = memoryCluster(modelNode({ 200: `name: web-01\n${config}` }), {
      readSource: ({ image }, use) => {
        uses.push(use);
        return Promise.resolve({ path: image, image: undefined, digest: undefined });
      },
    });
    await observeImport(WANTED, { checkMode, problems: [] }, cluster);
    return uses;
  }

  it('is looked into, and kept for its import, while the disk is missing', async () => {
    expect(await usesOf('', false)).to.deep.equal(['import']);
  });

  it('is only looked into in check mode', async () => {
    expect(await usesOf('', true)).to.deep.equal(['look']);
  });

  it('is not looked at once the disk is there', async () => {
    expect(await usesOf('scsi0: local:200/vm-200-disk-0.raw,size=3G', false)).to.deep.equal(['name']);
  });
});
