import { expect } from 'chai';
import { execa } from 'execa';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startScene, type Scene } from './scene.ts';

const WHOLE = 'test/playbooks/whole.yml';
const IMAGE_URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';
const MEGABYTES = 400;

describe('a run that died', function () {
  this.timeout(180_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    await scene.images.addFiles({ [IMAGE_URL]: await largeImage(scene.home) });
  });
  after(() => scene.down());

  it('in the middle of the import is finished by the next one', async () => {
    const run = scene.run(WHOLE);
    await untilImporting(scene);
    await scene.cluster.exec('pve01', ['pkill', '-KILL', '-f', 'node -$']);
    const killed = await run;
    expect(killed.rc, killed.output).not.to.equal(0);
    expect(await bootDisk(scene), 'the import was to be cut short').to.equal(undefined);

    const next = await scene.run(WHOLE);
    const third = await scene.run(WHOLE);

    expect(next.rc, next.output).to.equal(0);
    expect(await bootDisk(scene)).to.match(/^scsi0: local-lvm:base-9000-disk-\d+,size=/);
    expect(third.counts, third.output).to.include({ changed: 0, failed: 0 });
  });
});

/** An image with so much in it that its import takes a while. */
async function largeImage(home: string): Promise<string> {
  const [raw, image] = [join(home, 'large.raw'), join(home, 'large.qcow2')];
  await execa('dd', ['if=/dev/urandom', `of=${raw}`, 'bs=1M', `count=${MEGABYTES}`, 'status=none']);
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image]);
  return image;
}

async function untilImporting({ cluster }: Scene): Promise<void> {
  for (let tries = 0; tries < 3000; tries++) {
    const { rc } = await cluster.exec('pve01', ['pgrep', '-f', 'qemu-img convert']);
    if (rc === 0) return;
    await setTimeout(10);
  }
  throw new Error('no import began');
}

async function bootDisk({ cluster }: Scene): Promise<string | undefined> {
  const config = await cluster.readFile('pve01', '/etc/pve/qemu-server/9000.conf');
  return config.split('\n').find(line => line.startsWith('scsi0: '));
}
