import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { startScene, type Scene } from '../scene.ts';

const WHOLE = 'test/playbooks/whole.yml';
/** A `qemu-img` that begins to copy an image, and goes on when it may. */
const SLOW_COPY = `cd /usr/bin && mv qemu-img qemu-img.real && cat > qemu-img << 'END' && chmod +x qemu-img
#!/bin/sh
[ "$1" != convert ] || until [ -e /run/go-on ]; do sleep 0.1; done
exec qemu-img.real "$@"
END`;

describe('a run that died', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    await scene.cluster.exec('pve01', ['sh', '-c', SLOW_COPY]);
  });
  after(() => scene.down());

  it('in the middle of the import is finished by the next one', async () => {
    const run = scene.run(WHOLE);
    await untilImporting(scene);
    await scene.cluster.exec('pve01', ['pkill', '-KILL', '-f', 'node -$']);
    const killed = await run;
    expect(killed.rc, killed.output).not.to.equal(0);
    expect(await bootDisk(scene), 'the import was to be cut short').to.equal(undefined);

    await scene.cluster.exec('pve01', ['touch', '/run/go-on']);
    const next = await scene.run(WHOLE);
    const third = await scene.run(WHOLE);

    expect(next.rc, next.output).to.equal(0);
    expect(await bootDisk(scene)).to.match(/^scsi0: local-lvm:base-9000-disk-\d+,size=/);
    expect(third.counts, third.output).to.include({ changed: 0, failed: 0 });
  });
});

async function untilImporting({ cluster }: Scene): Promise<void> {
  const isImporting = ['pgrep', '-f', 'qemu-img convert'];
  while ((await cluster.exec('pve01', isImporting)).rc !== 0) await setTimeout(50);
}

async function bootDisk({ cluster }: Scene): Promise<string | undefined> {
  const config = await cluster.readFile('pve01', '/etc/pve/qemu-server/9000.conf');
  return config.split('\n').find(line => line.startsWith('scsi0: '));
}
