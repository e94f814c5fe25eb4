import { expect } from 'chai';
import type { CommandFault } from '../../testnode/pve/runtime/faults.ts';
import { onNode } from '../doors/door.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const CLONES = 'test/playbooks/clones.yml';
const FAULTS = '/etc/testnode/faults.json';

describe('a clone that fails in the middle of a list', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  const fault = (...commands: readonly CommandFault[]) =>
    scene.cluster.writeFile('pve01', FAULTS, JSON.stringify({ commands }));
  const names = async (): Promise<readonly string[]> => {
    const script = 'grep -h ^name: /etc/pve/qemu-server/*.conf';
    return (await scene.cluster.succeed('pve01', ['sh', '-c', script])).trim().split('\n').sort();
  };

  it('is reported, and the other two are made', async () => {
    await fault({
      match: ['qm', 'clone', '7000', '7002'],
      fail: { text: 'storage is on fire\n', exitCode: 255 },
    });
    const { rc, output } = await scene.run(CLONES);

    expect(rc, output).to.equal(0);
    expect(await names()).to.deep.equal(['golden', 'node-1', 'node-3'].map(name => `name: ${name}`));
    expect(output).to.match(/clone 7002 \(node-2\) on pve01: not made, with an error: .*storage is on fire/);
  });

  it('is made by the next run, with what the template says by now; the others keep their cloud-init settings', async () => {
    await fault();
    await scene.newCalls();
    const { rc, output } = await scene.run(CLONES, ['-e', 'proxmox_vm_cloud_init_user=ops']);
    const calls = changing(await scene.newCalls());

    expect(rc, output).to.equal(0);
    expect(calls.filter(call => !call.includes('7002'))).to.deep.equal([
      'qm set 7000',
      // The drive of the template, written anew.
      'qm cloudinit update',
      'qm clone 7000',
    ]);
    expect(await names()).to.include('name: node-2');
    const users = await Promise.all([7000, 7001, 7002].map(user));
    expect(users).to.deep.equal(['ops', 'debian', 'ops']);
  });

  const user = async (vmid: number): Promise<string | undefined> =>
    /^ciuser: (.*)$/m.exec(await scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`))?.[1];

  it('does not let the template be removed on which the others stand', async () => {
    const golden = { vmid: 7000, name: 'golden', confirm_delete: 'golden' };
    const { failed, msg } = await onNode(scene.cluster).run('vm_remove', golden);

    expect(failed).to.equal(true);
    expect(msg).to.contain('the disks of its linked clones stand on it: node-1 (7001)');
    expect(await names()).to.include('name: golden');
  });
});
