import { expect } from 'chai';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { sceneByApi } from '../doors/playbook.ts';
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

  describe('one of which is down', () => {
    let doors: Readonly<Record<'ssh' | 'api', Scene>>;
    before(async () => {
      doors = { ssh: scene, api: await sceneByApi(scene) };
      await scene.cluster.kill('pve02');
    });

    /** The clones that are there, and one more for each node. */
    const clones = (vmid: number) => [
      { name: 'home', vmid: 7100, start: false },
      { name: 'away', vmid: 7101, node: 'pve02', memory: 2048, start: false },
      { name: 'next', vmid: vmid + 1, node: 'pve02', start: false },
      { name: 'last', vmid: vmid + 2, start: false },
    ];

    for (const [door, errors, vmid] of [
      ['ssh', 'fail', 7110],
      ['api', 'warn', 7120],
    ] as const)
      it(`has all but the clones of that node, which are told with the reason, by ${door} (${errors})`, async () => {
        const wishes = { proxmox_disk_storage: 'shared', proxmox_vm_clones: clones(vmid) };
        const { rc, output } = await doors[door].run(PLAYBOOK, [
          ...['-e', JSON.stringify({ ...wishes, proxmox_vm_clone_errors: errors })],
          ...['--tags', 'clones,create'],
        ]);

        expect(rc === 0, output).to.equal(errors === 'warn');
        expect(await config('pve01', vmid + 2)).to.contain('name: last');
        for (const name of ['away', 'next'])
          expect(output).to.contain(
            `cannot make clone ${name}, or change it: its node pve02 is down; start that`,
          );
        if (errors === 'fail') return;
        expect(output).to.contain('"Not done: create-clones, for away, next"');
        expect(output).to.contain('clone 7101 (away) on pve02: unknown');
      });

    it('is told by either door of a VM that is to be there, and of what is to be done', async () => {
      const [byApi, bySsh] = await Promise.all(
        [doors.api, doors.ssh].map(door => door.run(PLAYBOOK, ['-e', 'proxmox_vm_node=pve02'])),
      );

      expect(byApi!.rc).not.to.equal(0);
      expect(byApi!.output)
        .to.contain('PVE-NODE-013 proxmox_vm_node: node pve02 is down, as the cluster tells')
        .and.contain('set proxmox_vm_node to one that is up: pve01');
      expect(bySsh!.rc).not.to.equal(0);
      expect(bySsh!.output)
        .to.contain('cannot begin: the host pve02 of the inventory, which is node pve02, is not reached')
        .and.contain('not done: preflight-checks')
        .and.contain('what to do:');
    });
  });
});
