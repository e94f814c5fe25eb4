import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomDisk } from '../../modules-src/images/random-disk.fixture.ts';
import { startScene, type Scene } from '../scene.ts';

const URL = 'https://images.test/large.img';
const SIZE = 24 * 1024 ** 2;

describe('an image that is fetched in the background', function () {
  this.timeout(300_000);
  let scene: Scene;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'large-'));
    writeFileSync(join(folder, 'large.img'), randomDisk(SIZE));
    scene = await startScene({}, { [URL]: join(folder, 'large.img') });
  });
  after(async () => {
    await scene.down();
    rmSync(folder, { recursive: true });
  });
  const run = (...args: readonly string[]) => scene.run('test/playbooks/image-progress.yml', args);

  it('shows how far it is, and becomes the VM', async () => {
    await scene.images.setFaults({ [URL]: [{ kind: 'throttle', bytesPerSecond: SIZE / 12 }] });
    const { rc, output } = await run();

    expect(rc, output).to.equal(0);
    expect(output, output).to.match(/"msg": "\d+ % of 24\.0 MiB, [\d.]+ MB\/s/);
    expect(await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/200.conf')).to.contain(
      'scsi0: local:200/',
    );
  });

  it('is found in the cache by the second run, which changes nothing', async () => {
    await scene.newCalls();
    const { rc, counts, output } = await run('--tags', 'image');

    expect(rc, output).to.equal(0);
    expect(counts.changed, output).to.equal(0);
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('is fetched as ever in check mode, where Ansible has no background', async () => {
    const { rc, output } = await run(
      '--tags',
      'image',
      '--check',
      '-e',
      'proxmox_vm_cloud_image_force_download=true',
    );

    expect(rc, output).to.equal(0);
    expect(output).not.to.contain('% of');
  });

  it('fails with the reason of the module', async () => {
    await scene.images.setFaults({ [URL]: [{ kind: 'answer', status: 404 }] });
    const { rc, output } = await run('--tags', 'image', '-e', 'proxmox_vm_cloud_image_force_download=true');

    expect(rc).not.to.equal(0);
    expect(output)
      .to.match(/Stage download-image failed/)
      .and.to.match(/images\.test answered 404/);
  });
});
