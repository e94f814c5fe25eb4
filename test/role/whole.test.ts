import { expect } from 'chai';
import { changing, startScene, type Scene } from '../scene.ts';

const WHOLE = 'test/playbooks/whole.yml';

describe('the role on a test node', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  it('names every change in check mode on an empty node, and makes none', async () => {
    const { rc, output, counts } = await scene.run(WHOLE, ['--check', '--diff']);

    expect(rc, output).to.equal(0);
    expect(counts.changed).to.be.greaterThan(0);
    for (const change of [
      'name: debian-12',
      'scsi0',
      'ciuser: debian',
      'template: 1',
      'web-01',
      '10.98.0.102/24',
    ]) {
      expect(output).to.contain(change);
    }
    expect(await scene.newCalls()).to.deep.equal([]);
    expect((await scene.cluster.exec('pve01', ['ls', '/etc/pve/qemu-server'])).stdout).to.equal('');
  });

  it('makes VM, template and clones with three changing calls up to the configured VM', async () => {
    const { rc, output } = await scene.run(WHOLE);

    expect(rc, output).to.equal(0);
    const calls = changing(await scene.newCalls());
    expect(calls.filter(call => call.endsWith(' 9000') && !/template|clone/.test(call))).to.deep.equal([
      'qm create 9000',
      'qm set 9000',
      'qm resize 9000',
    ]);
    const config = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/302.conf');
    expect(config).to.contain('ipconfig0: ip=10.98.0.102/24,gw=10.98.0.1').and.to.contain('memory: 1024');
    expect(output).not.to.contain('s3cret-Pa55');
  });

  it('makes no qm call and no change on the second run', async () => {
    const { rc, output, counts } = await scene.run(WHOLE);

    expect(rc, output).to.equal(0);
    expect(counts).to.include({ changed: 0, failed: 0, unreachable: 0 });
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('reports nothing in check mode when all is done', async () => {
    const { rc, output, counts } = await scene.run(WHOLE, ['--check', '--diff']);

    expect(rc, output).to.equal(0);

    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await scene.newCalls()).to.deep.equal([]);
  });
});
