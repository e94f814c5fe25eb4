import { expect } from 'chai';
import { startScene, type Scene } from '../scene.ts';

const PLAYBOOK = 'test/playbooks/image.yml';
const CONFIG = '/etc/pve/qemu-server/777.conf';

/** As a script makes it: booted from virtio0, with nothing of the role's defaults. */
const THEIRS = `boot: order=virtio0
cores: 1
memory: 512
name: theirs
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
virtio0: local:777/vm-777-disk-0.raw,size=64M
`;

describe('a VM that somebody else has made', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    await scene.cluster.exec('pve01', ['pvesm', 'alloc', 'local', '777', 'vm-777-disk-0.raw', '64M']);
    await scene.cluster.writeFile('pve01', CONFIG, THEIRS);
    await scene.newCalls();
  });
  after(() => scene.down());

  const config = async (): Promise<string> =>
    (await scene.cluster.exec('pve01', ['cat', CONFIG])).stdout.trim();
  const run = (more: object, ...args: readonly string[]) =>
    scene.run(PLAYBOOK, [
      ...args,
      '-e',
      JSON.stringify({ proxmox_vm_vmid: 777, proxmox_vm_name: 'theirs', ...more }),
    ]);

  it('keeps everything that no variable says, is not started, and is told not to be the image', async () => {
    const { rc, output } = await run({ proxmox_vm_cloud_image: 'debian-12' });

    expect(rc, output).to.equal(0);
    expect(await config()).to.equal(THEIRS.trim());
    expect(output)
      .to.contain('virtio0 of VM 777 (theirs) is not the image')
      .and.to.contain('it did not become the disk of the VM')
      .and.to.contain('VM 777 (theirs) on pve01: stopped')
      .and.to.contain('was not made by this role and stays stopped');
  });

  it('gets what is said, and tells so', async () => {
    const { rc, output } = await run({ proxmox_vm_memory: 1024 }, '--diff');

    expect(rc, output).to.equal(0);
    expect(output).to.match(/-memory: '?512'?\n\+memory: '?1024/);
    expect(output).to.match(/not made by this role; the variables change memory \(512 -> 1024\) of it/);
    expect(await config()).to.equal(THEIRS.replace('512', '1024').trim());
  });

  it('is as wanted then, and cloned when it is a finished template, of which nothing is changed', async () => {
    await scene.cluster.exec('pve01', ['qm', 'template', '777']);
    const template = await config();
    const clones = [{ name: 'c1', vmid: 780, memory: 1024, start: false }];
    const { rc, output, counts } = await run({
      proxmox_vm_memory: 1024,
      proxmox_vm_make_template: true,
      proxmox_vm_create_clones: true,
      proxmox_vm_clones: clones,
    });
    const clone = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/780.conf');

    expect(rc, output).to.equal(0);
    expect(counts.changed, output).to.equal(1);
    expect(output).to.not.contain('the variables change');
    expect(await config()).to.equal(template);
    expect(clone).to.contain('memory: 1024').and.contain('cores: 1').and.contain('base-777-disk-0');
    expect(output).to.contain('clone 780 (c1) on pve01: stopped');
  });
});
