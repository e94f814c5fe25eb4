import { expect } from 'chai';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { startScene, type Scene } from '../scene.ts';

const FOLDER = '/mnt/pve/images/import';
const NAME = 'ubuntu-24.04-server-cloudimg-amd64.qcow2';
const STORAGES = `${FRESH_STORAGE_CONFIG}dir: images
\tpath /mnt/pve/images
\tcontent import
\tshared 1

`;

describe('a storage as the cache of images', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene({ nodes: 2, storageConfig: STORAGES });
    await scene.cluster.exec('pve01', ['mkdir', '/mnt/pve/images']);
  });
  after(() => scene.down());
  const run = (...args: readonly string[]) => scene.run('test/playbooks/image-storage.yml', args);

  it('has one download for all nodes that share it, where Proxmox VE finds it', async () => {
    const { rc, output } = await run();

    expect(rc, output).to.equal(0);
    const downloads = (await scene.images.requests()).filter(({ url }) => url.endsWith('.img'));
    expect(downloads, JSON.stringify(downloads)).to.have.lengthOf(1);
    const { stdout } = await scene.cluster.exec('pve02', ['pvesm', 'list', 'images', '--content', 'import']);
    expect(stdout).to.contain(`images:import/${NAME}`);
    for (const [node, vmid] of [
      ['pve01', 200],
      ['pve02', 201],
    ] as const)
      expect(await scene.cluster.readFile(node, `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`)).to.match(
        /^scsi0: local:/m,
      );
  });

  it('is good for the second run as it is', async () => {
    await scene.newCalls('pve01');
    await scene.newCalls('pve02');
    const { counts, output } = await run('--tags', 'image');

    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect([...(await scene.newCalls('pve01')), ...(await scene.newCalls('pve02'))]).to.deep.equal([]);
    expect((await scene.cluster.exec('pve02', ['ls', FOLDER])).stdout.trim()).to.equal(NAME);
  });
});
