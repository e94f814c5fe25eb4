import { expect } from 'chai';
import { startScene, type Scene } from '../scene.ts';

const FEATURES = 'test/playbooks/features.yml';

describe('UEFI, TPM, several disks and networks, snippets, linked and full clones', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
  });
  after(() => scene.down());

  const config = (vmid: number) => scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);

  it('come to be in one run', async () => {
    const { rc, output } = await scene.run(FEATURES, ['--diff']);

    expect(rc, output).to.equal(0);
    expect(output).not.to.contain('s3cret Pa');
    const template = await config(8000);
    expect(template).to.match(
      /^efidisk0: local:8000\/base-8000-disk-\d+\.(raw|qcow2),efitype=4m,pre-enrolled-keys=0/m,
    );
    expect(template).to.match(/^tpmstate0: local:8000\/base-8000-disk-\d+\.raw,size=4M,version=v2\.0$/m);
    expect(template).to.match(/^scsi0: local:8000\/base-8000-disk-\d+\.qcow2,cache=writeback,size=3G$/m);
    for (const line of [
      'bios: ovmf',
      'machine: q35',
      'tags: ansible;web',
      'tablet: 0',
      'ipconfig1: ip=198.51.100.10/24',
      'template: 1',
    ]) {
      expect(template.split('\n')).to.include(line);
    }
  });

  it('give every clone its own address, settings and snippets', async () => {
    const linked = await config(8001);
    expect(linked).to.contain('ipconfig0: ip=192.0.2.11/24,gw=192.0.2.1').and.to.contain('tags: db');
    const snippet = /^cicustom: user=local:snippets\/(proxmox-role-8001-[0-9a-f]{8}-user\.yaml)/m.exec(
      linked,
    );
    expect(snippet, linked).not.to.equal(null);
    const copied = await config(8002);
    expect(copied)
      .to.contain('cores: 4')
      .and.to.contain('ciuser: other')
      .and.to.match(/^scsi0: .*size=5G$/m);
    expect(copied).not.to.contain('base-8000');
    const user = await scene.cluster.readFile('pve01', `/var/lib/vz/snippets/${snippet?.[1] ?? ''}`);
    expect(user)
      .to.contain('hostname: linked')
      .and.to.contain('timezone: Europe/Berlin')
      .and.to.contain(scene.publicKey);
    expect(user).not.to.contain('s3cret');
    const [, vendor = ''] = /vendor=local:snippets\/([^,\n]+)/.exec(linked) ?? [];
    // A dictionary in the play.
    expect(await scene.cluster.readFile('pve01', `/var/lib/vz/snippets/${vendor}`))
      .to.match(/^#cloud-config\n/)
      .and.to.contain('- htop');
  });

  it('are left alone by a second run but for a setting that has changed, with one call', async () => {
    await scene.newCalls();
    const { rc, counts, output } = await scene.run(FEATURES, ['-e', 'proxmox_vm_memory=4096', '--diff']);

    expect(rc, output).to.equal(0);
    expect(counts.changed, output).to.equal(1);
    expect((await scene.newCalls()).map(({ argv }) => argv.join(' '))).to.deep.equal([
      'qm set 8000 --memory 4096',
    ]);
  });
});
