import { expect } from 'chai';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import { filledBundle, MODULE_PROCESS, type ModuleResult } from '../bundle.ts';
import { changed, startOwnershipScene, type Arguments, type Scene, type State } from './scene.ts';

const SNIPPETS = '/var/lib/vz/snippets';
const WITH_SNIPPETS = {
  cloud_init_enabled: true,
  cloud_init_user_data: '#cloud-config\ntimezone: UTC\n',
  cloud_init_network_data: 'version: 1\nconfig: []\n',
};
/** A storage that two clusters use: the other one's files, under every name that this one would have had. */
const OTHERS = ['user', 'vendor', 'network', 'meta'].flatMap(kind => [
  `proxmox-role-610-${kind}.yaml`,
  `proxmox-role-610-deadbeef-${kind}.yaml`,
]);
const SHARED = `${FRESH_STORAGE_CONFIG}dir: alias
\tpath /var/lib/vz
\tcontent snippets
\tshared 1

`;

describe('snippets beside those of others', function () {
  this.timeout(180_000);
  let scene: Scene;
  let foreign: State;
  before(async () => {
    scene = await startOwnershipScene({ storageConfig: SHARED });
    await scene.hand.run('mkdir', '-p', SNIPPETS);
    for (const name of OTHERS)
      await scene.cluster.writeFile('pve01', `${SNIPPETS}/${name}`, `# the other cluster's ${name}\n`);
    foreign = await scene.everything();
  });
  after(() => scene.cluster.down());
  afterEach('every file of the other cluster is as it was', async () => {
    const gone = changed(foreign, await scene.everything());
    console.log(`      ${foreign.size} files of others in the scene, ${gone.length} changed`);
    expect(gone).to.deep.equal([]);
  });

  const done = async (name: string, args: Arguments): Promise<ModuleResult> => {
    const result = await scene.module(name, args);
    expect(result.failed, `${name}: ${result.msg}`).to.equal(false);
    return result;
  };
  const make = (vmid: number, name: string, vendor = '#cloud-config\nntp: {enabled: true}\n') =>
    done('vm_create', {
      ...{ vmid, name, disk_storage: 'local', cloud_init_vendor_data: vendor },
      ...WITH_SNIPPETS,
    });
  const remove = (vmid: number, name: string, more: Arguments = {}) =>
    done('vm_remove', { vmid, name, confirm_delete: name, ...more });
  const apply = (vmid: number, name: string, vendor: string) =>
    scene.module('cloudinit_apply', { vmid, name, storage: 'local', vendor_data: vendor });
  const files = async (): Promise<readonly string[]> =>
    (await scene.hand.run('ls', SNIPPETS)).split('\n').filter(name => !OTHERS.includes(name));
  const snippetsOf = async (vmid: number): Promise<readonly string[]> =>
    [...(await scene.hand.config(vmid)).matchAll(/snippets\/(proxmox-role-[^,\s]+)/g)].map(
      ([, file]) => file!,
    );

  it('leave those of another cluster for a VM of the same number, made, changed and removed', async () => {
    await remove(610, 'web');
    await make(610, 'web');
    expect(await snippetsOf(610)).to.have.lengthOf(3);
    await apply(610, 'web', '#cloud-config\nntp: {}\n');
    expect(await files()).to.have.members([...(await snippetsOf(610))]);

    await remove(610, 'web');

    expect(await files()).to.deep.equal([]);
  });

  it('are kept and told when a copy made by hand uses them, and the copy still starts', async () => {
    await make(200, 'web');
    await scene.hand.qm('set', 200, '--scsi0', 'local:1', '--scsi1', 'local:cloudinit');
    await scene.hand.qm('clone', 200, 300, '--name', 'by-hand', '--full', 1);
    const used = await snippetsOf(300);

    const { warnings } = await remove(200, 'web');

    expect(await files()).to.have.members([...used]);
    expect(String(warnings)).to.contain('stays: by-hand (300) uses it');
    await scene.hand.qm('start', 300);
    await scene.hand.qm('stop', 300);
  });

  it('are not changed under a copy that uses them, by another name of the storage or in a snapshot', async () => {
    await make(201, 'web');
    const [file = ''] = (await snippetsOf(201)).filter(name => name.includes('vendor'));
    for (const [vmid, custom] of [
      [301, `vendor=alias:snippets/${file}`],
      [302, `vendor=local:snippets/${file}`],
    ] as const)
      await scene.hand.qm('create', vmid, '--name', `by-hand-${vmid}`, '--cicustom', custom);
    await scene.hand.qm('snapshot', 302, 'before');
    await scene.hand.qm('set', 302, '--delete', 'cicustom');

    for (const user of [301, 302]) {
      const { failed, msg } = await apply(201, 'web', '#cloud-config\nlocale: C\n');
      expect(failed).to.equal(true);
      expect(msg).to.contain(file).and.to.contain(`VM ${user} (by-hand-${user}) on node pve01 uses it, too`);
      await scene.hand.qm('destroy', user);
    }
    expect((await apply(201, 'web', '#cloud-config\nlocale: C\n')).failed).to.equal(false);
  });

  const fault = (...commands: readonly Arguments[]): Promise<void> =>
    scene.cluster.writeFile('pve01', '/etc/testnode/faults.json', JSON.stringify({ commands }));
  const notes = (): Promise<string> => scene.hand.run('sh', '-c', 'ls -A /var/lib/proxmox-role || true');

  it('stay while their VM cannot be removed', async () => {
    await make(203, 'web');
    await fault({ match: ['qm', 'destroy'], fail: { text: 'storage is busy\n', exitCode: 255 } });
    const { failed, msg } = await scene.module('vm_remove', {
      vmid: 203,
      name: 'web',
      confirm_delete: 'web',
    });
    await fault();

    expect(failed, msg).to.equal(true);
    expect(await files()).to.include.members([...(await snippetsOf(203))]);
    expect(await notes()).to.equal('');
    await remove(203, 'web');
    expect((await files()).filter(name => name.includes('-203-'))).to.deep.equal([]);
  });

  for (const next of ['removal', 'creation']) {
    it(`go with the next ${next} when the one that removed their VM was killed`, async () => {
      await make(204, 'web');
      const [left = ''] = await snippetsOf(204);
      await fault({ match: ['qm', 'destroy'], delay: 2 });
      const args = { vmid: 204, name: 'web', confirm_delete: 'web' };
      const run = scene.cluster.exec('pve01', ['/bin/sh'], { stdin: filledBundle('vm_remove', args) });
      await scene.untilRuns('qm.* destroy 204');
      await scene.cluster.exec('pve01', ['pkill', '-KILL', '-f', MODULE_PROCESS]);
      await run;
      await isGone(204);
      await fault();
      expect(await files()).to.include(left);

      if (next === 'creation') await make(204, 'web');
      await remove(204, 'web');

      expect((await files()).filter(name => name.includes('-204-'))).to.deep.equal([]);
      expect(await notes()).to.equal('');
    });
  }

  it('go with the next rotation when the one that removed their generation was killed', async () => {
    const made = { family: 'golden', keep: 1, more: WITH_SNIPPETS };
    await scene.makeGeneration({ vmid: 620, number: 1, ...made });
    const left = await snippetsOf(620);
    await fault({ match: ['qm', 'destroy'], delay: 2 });
    const rotation = scene.makeGeneration({ vmid: 621, number: 2, ...made }).catch(() => undefined);
    await scene.untilRuns('qm.* destroy 620');
    await scene.cluster.exec('pve01', ['pkill', '-KILL', '-f', MODULE_PROCESS]);
    await rotation;
    await isGone(620);
    await fault();
    expect(await files()).to.include.members([...left]);

    const args = { vmid: 621, name: 'golden', generation: { family: 'golden', number: 2 }, template_keep: 1 };
    const { msg } = await done('template_rotate', args);

    expect(msg).to.contain('which the removal of VM 620 (golden) that was interrupted on');
    expect((await files()).filter(name => name.includes('-620-'))).to.deep.equal([]);
    expect(await files()).to.include.members([...(await snippetsOf(621))]);
    expect(await notes()).to.equal('');
    expect((await done('template_rotate', args)).changed).to.equal(false);
    await scene.hand.qm('destroy', 621);
  });

  const isGone = (vmid: number): Promise<string> =>
    scene.hand.run('sh', '-c', `while [ -e /etc/pve/qemu-server/${vmid}.conf ]; do sleep 0.05; done`);

  it('of a VM whose number is used again by somebody else are not taken for that one’s', async () => {
    await make(202, 'web');
    const left = await snippetsOf(202);
    await scene.hand.qm('destroy', 202);
    await scene.hand.qm('create', 202, '--name', 'web', '--cicustom', 'user=local:snippets/mine.yaml');
    await scene.cluster.writeFile('pve01', `${SNIPPETS}/mine.yaml`, '#cloud-config\n');

    await remove(202, 'web');

    expect(await files()).to.include.members([...left, 'mine.yaml']);
  });

  describe('and locks on names and numbers', () => {
    it('leave nothing in /run when a module ends', async () => {
      const made = await done('vm_create', { name: 'range', disk_storage: 'local', vmid_range: '400-409' });

      expect(made['vmid']).to.equal(400);
      expect(await scene.hand.run('ls', '-A', '/run/proxmox-role')).to.equal('');
    });
  });
});
