import { expect } from 'chai';
import { debianMirror } from '../../testnode/image-server/debian-mirror.ts';
import { startScene, type Scene } from '../scene.ts';

const MINIMAL = 'test/playbooks/minimal.yml';
const NODE = ['-e', 'proxmox_vm_node=pve01'];

describe('a node without Node.js', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    // Its lists hold an enterprise repository that answers 401, as those of a node without subscription do.
    scene = await startScene({ nodejs: false }, await debianMirror());
  });
  after(() => scene.down());

  it('says what stands in the way when no repository can be had at all', async () => {
    const sh = (script: string) => scene.cluster.exec('pve01', ['/bin/sh', '-c', script]);
    await sh('mkdir /root/apt && mv /etc/apt/sources.list* /root/apt');
    const { rc, output } = await scene.run(MINIMAL, NODE);
    await sh('mv /root/apt/* /etc/apt');

    expect(rc).not.to.equal(0);
    expect(output).to.match(
      /reason: cannot install nodejs on this node: .*install it by hand \(apt-get install nodejs\), or give the role an archive/,
    );
    expect((await sh('ls /etc/pve/qemu-server')).stdout).to.equal('');
  });

  it('is told how to get it by a stage that runs alone', async () => {
    const { rc, output } = await scene.run(MINIMAL, [...NODE, '--tags', 'vm,create']);

    expect(rc).not.to.equal(0);
    expect(output).to.contain('Node.js 18.19 or newer was not found').and.to.contain('--tags preflight');
  });

  it('gets the package of Debian, and the VM is made', async () => {
    const { rc, output } = await scene.run(MINIMAL, NODE);

    expect(rc, output).to.equal(0);
    expect(await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/250.conf')).to.contain(
      'name: minimal',
    );
  });
});
