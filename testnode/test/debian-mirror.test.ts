import { expect } from 'chai';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { debianMirror } from '../image-server/debian-mirror.ts';
import { startImageServer } from '../image-server/start.ts';

/** What it installs is shown by test/role/nodejs.test.ts. */
describe('a node without Node.js and without a subscription', function () {
  this.timeout(300_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await startNodes({ programs: 'none', nodejs: false });
    await startImageServer(cluster, { files: await debianMirror() });
  });

  after(() => cluster.down());

  it('updates its lists but for those of the enterprise repository', async () => {
    const { rc, stderr } = await cluster.exec('pve01', ['apt-get', 'update']);

    expect(rc).to.equal(100);
    expect(stderr)
      .to.match(/enterprise\.proxmox\.com.* 401/s)
      .and.not.match(/deb\.debian\.org/);
  });
});
