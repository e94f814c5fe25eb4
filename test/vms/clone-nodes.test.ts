import { expect } from 'chai';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { startScene, type Scene } from '../scene.ts';

const PLAYBOOK = 'test/playbooks/clone-nodes.yml';
const SHARED = `${FRESH_STORAGE_CONFIG}dir: shared
\tpath /mnt/pve/shared
\tcontent images
\tshared 1

`;
const ON_SHARED = ['--extra-vars', 'proxmox_disk_storage=shared'];

describe('clones for another node, numbered from a range', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene({ nodes: 2 });
  });
  after(() => scene.down());

  const config = (node: string, vmid: number): Promise<string> =>
    scene.cluster.readFile(node, `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`);

  it('are refused with the ways out while the template stands on local storage; the others are made', async () => {
    const { rc, output } = await scene.run(PLAYBOOK);

    expect(rc, output).to.equal(0);
    expect(await config('pve01', 7100)).to.contain('name: home');
    expect(output).to.match(
      /clone 7101 \(away\).*: not made, with an error: .*on local-lvm, which pve02 does not share/,
    );
    expect(output).to.contain('make a template of the same name on pve02');
    expect(output.match(/^\[WARNING\]: .*clone away/gm), output).to.have.lengthOf(1);
    expect(output).to.contain('"Not done: create-clones, for away"');
  });

  it('are made of a template on storage that both nodes share, and finished by their own node', async () => {
    await scene.cluster.exec('pve01', [
      'bash',
      '-c',
      'qm destroy 7100; qm destroy 7000; mkdir /mnt/pve/shared',
    ]);
    await scene.cluster.writeFile('pve01', '/etc/pve/storage.cfg', SHARED);
    const { rc, output } = await scene.run(PLAYBOOK, ON_SHARED);

    expect(rc, output).to.equal(0);
    const away = await config('pve02', 7101);
    expect(away).to.contain('name: away').and.to.contain('memory: 1024');
    expect(away).to.match(/^scsi0: shared:7000\/base-7000-disk-0.qcow2\/7101\/vm-7101-disk-0.qcow2/m);
  });

  it('need nothing the next time, on either node, and keep their numbers', async () => {
    await Promise.all(['pve01', 'pve02'].map(node => scene.newCalls(node)));
    const { output, counts } = await scene.run(PLAYBOOK, ON_SHARED);

    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await scene.newCalls('pve01')).to.deep.equal([]);
    expect(await scene.newCalls('pve02')).to.deep.equal([]);
    expect(output).to.contain('clone 7100 (home) on pve01').and.to.contain('clone 7101 (away) on pve02');
  });
});
