import { expect } from 'chai';
import { startScene, type Scene } from '../scene.ts';

const FLEET = 'test/playbooks/fleet.yml';
const CONFIG = '/etc/pve/nodes/pve01/qemu-server/9000.conf';
const NOTE = '/var/lib/proxmox-role/begun-9000';
/** Another cluster's on the same storage, or kept on purpose: nothing of ours. */
const STRANGER = '/var/lib/vz/images/9000/vm-9000-disk-7.raw';

describe('a creation that died and left a lock and nothing else', function () {
  this.timeout(300_000);
  let scene: Scene;
  const exec = async (...argv: string[]): Promise<string> =>
    (await scene.cluster.exec('pve01', argv)).stdout.trim();
  before(async () => {
    scene = await startScene();
    const faults = { commands: [{ match: ['qm', 'create'], killWorkerAt: 'started', times: 1 }] };
    await scene.cluster.writeFile('pve01', '/etc/testnode/faults.json', JSON.stringify(faults));
    await exec('mkdir', '-p', '/var/lib/vz/images/9000');
    await scene.cluster.writeFile('pve01', STRANGER, 'data');
    const { rc, output } = await scene.run(FLEET, ['-e', 'proxmox_retries=0']);
    expect(rc, output).not.to.equal(0);
    expect(await exec('cat', CONFIG)).to.equal('lock: create');
  });
  after(() => scene.down());

  it('is left alone when it was written long after we began', async () => {
    await exec('cp', '-p', NOTE, '/root/note');
    await exec('sed', '-i', 's/"since":[0-9]*/"since":1000/', NOTE);
    const { rc, output } = await scene.run(FLEET);

    expect(rc).not.to.equal(0);
    expect(output).to.include('PVE-VM-004').and.to.include('qm unlock 9000');
    expect(await exec('cat', CONFIG)).to.equal('lock: create');
  });

  it('is made anew by the next run, and no volume is touched that the VM does not name', async () => {
    await exec('cp', '-p', '/root/note', NOTE);
    const { rc, output } = await scene.run(FLEET);

    expect(rc, output).to.equal(0);
    expect(await exec('cat', CONFIG))
      .to.match(/^name: debian-12$/m)
      .and.to.match(/^template: 1$/m);
    expect(await exec('cat', STRANGER)).to.equal('data');
    expect(await exec('ls', '/var/lib/proxmox-role')).to.equal('');
  });
});
