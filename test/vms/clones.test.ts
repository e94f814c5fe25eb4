import { expect } from 'chai';
import type { CommandFault } from '../../testnode/pve/runtime/faults.ts';
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

  it('is reported, and the other four are made', async () => {
    await fault({
      match: ['qm', 'clone', '7000', '7003'],
      fail: { text: 'storage is on fire\n', exitCode: 255 },
    });
    const { rc, output } = await scene.run(CLONES);

    expect(rc, output).to.equal(0);
    expect(await names()).to.deep.equal(
      ['golden', 'node-1', 'node-2', 'node-4', 'node-5'].map(name => `name: ${name}`),
    );
    expect(output).to.match(/clone 7003 \(node-3\) on pve01: not made, with an error: .*storage is on fire/);
  });

  it('fails the play when that is asked for, with the others made all the same', async () => {
    await scene.cluster.exec('pve01', ['qm', 'destroy', '7005', '--purge', '1']);
    const { rc, output } = await scene.run(CLONES, ['-e', 'proxmox_vm_clone_errors=fail']);

    expect(rc, output).not.to.equal(0);
    expect(output).to.contain('storage is on fire');
    expect(await names())
      .to.include('name: node-5')
      .and.not.to.include('name: node-3');
  });

  it('is made by the next run, which makes nothing else', async () => {
    await fault();
    await scene.newCalls();
    const { rc, output, counts } = await scene.run(CLONES);

    expect(rc, output).to.equal(0);
    expect(counts.changed, output).to.equal(1);
    const calls = await scene.newCalls();
    expect(
      calls.every(({ argv }) => argv.includes('7003')),
      JSON.stringify(calls),
    ).to.equal(true);
    expect(await names()).to.include('name: node-3');
  });

  it('keeps its cloud-init settings when those of the template change, whose drive is written anew', async () => {
    await scene.newCalls();
    const { rc, output } = await scene.run(CLONES, ['-e', 'proxmox_vm_cloud_init_user=ops']);

    expect(rc, output).to.equal(0);
    expect(changing(await scene.newCalls())).to.deep.equal(['qm set 7000', 'qm cloudinit update']);
    const config = (vmid: number) => scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);
    expect(await config(7000)).to.contain('ciuser: ops');
    expect(await config(7001)).to.contain('ciuser: debian');
  });

  const remove = (name: string, vmid: number, more: readonly string[] = []) =>
    scene.run(CLONES, [
      ...['-e', `proxmox_vm_name=${name} proxmox_vm_vmid=${vmid} proxmox_vm_state=absent`],
      ...more,
    ]);

  it('does not let the template be removed on which the others stand', async () => {
    const { rc, output } = await remove('golden', 7000, ['-e', 'proxmox_vm_confirm_delete=golden']);

    expect(rc, output).not.to.equal(0);
    expect(output).to.contain('the disks of its linked clones stand on it: node-1 (7001)');
  });

  it('is removed by its number, its name and a confirmation, and by nothing less', async () => {
    const unconfirmed = await remove('node-3', 7003);
    expect(unconfirmed.output).to.contain('set proxmox_vm_confirm_delete: node-3');
    expect(await names()).to.include('name: node-3');

    // Its disk holds no system: it does not listen to the power button.
    const confirmed = ['-e', 'proxmox_vm_confirm_delete=node-3 proxmox_vm_shutdown_timeout=1'];
    const { rc, output } = await remove('node-3', 7003, confirmed);

    expect(rc, output).to.equal(0);
    const left = await names();
    expect(left).to.include('name: golden');
    expect(left).not.to.include('name: node-3');
  });
});
