import { expect } from 'chai';
import { filledBundle } from '../bundle.ts';
import { startScene, type Scene } from '../scene.ts';

describe('qm_import_disk', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    await scene.cluster.exec('pve01', ['qm', 'create', '700', '--name', 'x']);
    await scene.cluster.exec('pve01', [
      'sh',
      '-c',
      'cd /tmp; qemu-img create -q -f qcow2 base.qcow2 1M; echo "<html>" > page.img',
    ]);
    await scene.cluster.exec('pve01', [
      'qemu-img',
      'create',
      '-q',
      '-f',
      'qcow2',
      '-b',
      '/tmp/base.qcow2',
      '-F',
      'qcow2',
      '/tmp/layer.qcow2',
    ]);
  });
  after(() => scene.down());

  const importing = async (image: string): Promise<string> => {
    const stdin = filledBundle('qm_import_disk', { vmid: 700, name: 'x', storage: 'local', image });
    return (await scene.cluster.exec('pve01', ['/bin/sh'], { stdin })).stdout;
  };

  it('refuses an image that is no longer the one that was verified, and nothing is changed', async () => {
    const stdin = filledBundle('cloud_image_fetch', {
      url: 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2',
      checksum: `sha256:${scene.imageDigest}`,
    });
    expect((await scene.cluster.exec('pve01', ['/bin/sh'], { stdin })).stdout).to.contain('"changed":true');
    const image = '/var/lib/vz/template/iso/debian-12-genericcloud-amd64.qcow2';
    await scene.cluster.exec('pve01', ['cp', '/tmp/base.qcow2', image]);
    await scene.newCalls();

    expect(await importing(image))
      .to.contain('"failed":true')
      .and.to.contain('it was changed since; fetch it again');
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  for (const [image, reason] of [
    ['/tmp/layer.qcow2', 'a layer over another file (/tmp/base.qcow2)'],
    ['/tmp/page.img', 'page.img'],
    ['/tmp/missing.img', 'there is no such file'],
  ] as const) {
    it(`refuses ${image}, and nothing is changed`, async () => {
      await scene.newCalls();

      const answer = await importing(image);

      expect(answer).to.contain('"failed":true').and.to.contain(reason);
      expect(await scene.newCalls()).to.deep.equal([]);
    });
  }
});
