import { expect } from 'chai';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { startScene, type Scene } from '../scene.ts';

const PLAYBOOK = 'test/playbooks/vmid-range.yml';

describe('a VM that takes its VMID from a range', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  const vms = async (): Promise<readonly string[]> => {
    const { stdout } = await scene.cluster.exec('pve01', [
      'sh',
      '-c',
      'cd /etc/pve/qemu-server && grep -H ^name: *.conf | sort',
    ]);
    return stdout.split('\n').filter(line => line !== '');
  };

  const named = (name: string, more: object = {}): readonly string[] => [
    '-e',
    JSON.stringify({ proxmox_vm_name: name, ...more }),
  ];

  /** Each has connections of its own. */
  const playAtOnce = (names: readonly string[]): Promise<readonly PlaybookRun[]> =>
    Promise.all(
      names.map((name, index) => {
        const home = join(scene.home, `controller-${index}`);
        cpSync(join(scene.home, '.ssh'), join(home, '.ssh'), { recursive: true });
        return scene.run(PLAYBOOK, named(name, { ansible_control_path: `${home}/%%C` }), { HOME: home });
      }),
    );

  it('is told the number that it would get, which is that of no clone, and takes none, in check mode', async () => {
    const template = {
      proxmox_vm_disks: { scsi0: 'local:1' },
      proxmox_vm_make_template: true,
      proxmox_vm_create_clones: true,
      proxmox_vm_clones: [{ name: 'copy', vmid: 261 }],
    };
    const { rc, output } = await scene.run(PLAYBOOK, ['--check', ...named('shop-1', template)]);

    expect(rc, output).to.equal(0);
    expect(output)
      .to.match(/VM 262 \(shop-1\) on pve01/)
      .and.to.contain('clone 261 (copy)');
    expect(await vms()).to.deep.equal([]);
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('gets one of its own; runs that want the same VM at the same time make it once', async () => {
    const runs = await playAtOnce(['shop-1', 'shop-2', 'shop-1']);

    for (const { rc, output } of runs) expect(rc, output).to.equal(0);
    const made = await vms();
    expect(made.map(line => line.slice(0, 8))).to.deep.equal(['261.conf', '262.conf']);
    expect(made.map(line => line.slice(-6)).sort()).to.deep.equal(['shop-1', 'shop-2']);
  });

  it('is found by its name, and left alone when it is as wanted', async () => {
    await scene.newCalls();
    const { rc, output, counts } = await scene.run(PLAYBOOK, ['-v']);
    const [number] = (await vms()).filter(line => line.endsWith('shop-1'));

    expect(rc, output).to.equal(0);
    expect(counts.changed, output).to.equal(0);
    expect(output).to.contain(`it is ${number?.slice(0, 3) ?? ''}`);
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('is none of another maker', async () => {
    await scene.cluster.writeFile('pve01', '/etc/pve/qemu-server/263.conf', 'name: foreign\nmemory: 512\n');
    const { rc, output } = await scene.run(PLAYBOOK, named('foreign'));

    expect(rc).not.to.equal(0);
    expect(output).to.match(/PVE-VM-029 .*263 .*has that name and was not made by this role/);
    expect(await vms()).to.have.length(3);
  });

  it('is removed by its name and a confirmation, and by nothing less', async () => {
    const gone = { proxmox_vm_state: 'absent', proxmox_vm_shutdown_timeout: 1 };
    const unconfirmed = await scene.run(PLAYBOOK, named('shop-2', gone));
    expect(unconfirmed.output).to.contain('set proxmox_vm_confirm_delete: shop-2');
    expect(await vms()).to.have.length(3);

    const confirmed = named('shop-2', { ...gone, proxmox_vm_confirm_delete: 'shop-2' });
    const { rc, output } = await scene.run(PLAYBOOK, confirmed);
    const again = await scene.run(PLAYBOOK, confirmed);

    expect(rc, output).to.equal(0);
    expect((await vms()).filter(line => line.endsWith('shop-2'))).to.deep.equal([]);
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
  });
});
