import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { byApi, onNode, type WayIn } from './door.ts';

const ISO = '/var/lib/vz/template/iso';
const own = { vmid: 200, name: 'one' };
const SECRET = 'a-word-that-nobody-else-may-read';
const texts = {
  user_data: `#cloud-config\nwrite_files: [{ path: /etc/word, content: ${SECRET} }]\n`,
  agent: 'true',
  install_agent: true,
};
const settings = {
  storage: 'local',
  user: 'deploy',
  password: 'geheim und lang',
  ip: '192.0.2.9/24',
  gw: '192.0.2.1',
};

describe('texts for cloud-init by the API', () => {
  let cluster: Cluster;
  let access: RestAccess;

  before(async () => {
    cluster = await startNodes({ guests: 'pretend' });
    access = await openRestAccess(cluster);
    const disk = { disks: { scsi0: 'local:1' }, networks: { net0: 'virtio,bridge=vmbr0' } };
    await done(byApi(cluster, access), 'vm_create', { ...own, ...disk, disk_storage: 'local' });
  });
  after(() => cluster.down());

  const onFirst = async (...argv: string[]): Promise<string> => (await cluster.exec('pve01', argv)).stdout;
  const images = async (): Promise<readonly string[]> =>
    (await onFirst('ls', ISO)).split('\n').filter(name => name.startsWith('proxmox-role-'));
  const configOf = (vmid: number): Promise<string> =>
    cluster.readFile('pve01', `/etc/pve/nodes/pve01/qemu-server/${vmid}.conf`);
  const onDrive = (image: string, name: string): Promise<string> =>
    onFirst('isoinfo', '-R', '-i', `${ISO}/${image}`, '-x', `/${name}`);

  async function done(way: WayIn, module: string, args: object): Promise<ModuleResult> {
    const result = await way.run(module, { ...args });
    expect(result.failed, JSON.stringify(result)).to.equal(false);
    expect(JSON.stringify(result)).not.to.contain(SECRET);
    return result;
  }
  const apply = (way: WayIn, more: object = {}): Promise<ModuleResult> =>
    done(way, 'cloudinit_apply', { ...own, ...settings, ...texts, ...more });

  it('are on a drive of their own, with all that Proxmox VE would say', async () => {
    expect(await apply(byApi(cluster, access))).to.include({ changed: true, drive: 'scsi30' });

    const [image = '', ...others] = await images();
    expect(others).to.deep.equal([]);
    expect(await configOf(200))
      .to.contain(`scsi30: local:iso/${image},media=cdrom`)
      .and.not.contain('cicustom');
    const mac = /net0: virtio=([^,]+)/.exec(await configOf(200))?.[1]?.toLowerCase() ?? 'none';
    expect(await onDrive(image, 'network-config'))
      .to.contain(mac)
      .and.contain('192.0.2.9');
    const user = await onDrive(image, 'user-data');
    for (const part of ['hostname: one', 'user: deploy', SECRET, 'password: $5$'])
      expect(user).to.contain(part);
    expect(user).not.to.contain('geheim und lang');
    expect(await onDrive(image, 'vendor-data')).to.contain('qemu-guest-agent');
    expect(await onDrive(image, 'meta-data')).to.match(/^instance-id: [0-9a-f]{40}\n$/);
  });

  it('are left alone by the next run, of either door', async () => {
    for (const way of [byApi(cluster, access), onNode(cluster)])
      expect(await apply(way), way.name).to.include({ changed: false, cloud_init: 'unchanged' });
  });

  it('take the place of others, and nothing of those is left', async () => {
    const before = await images();
    const other = { vendor_data: 'packages: [htop]\n' };
    const foreseen = await apply(byApi(cluster, access), { ...other, _ansible_check_mode: true });
    expect(await images()).to.deep.equal(before);
    const result = await apply(byApi(cluster, access), other);

    expect([foreseen['changed'], result['changed']]).to.deep.equal([true, true]);
    expect(result['cloud_init']).to.match(/^not applied until/);
    expect(await images())
      .to.have.lengthOf(1)
      .and.not.deep.equal(before);
    expect(await apply(onNode(cluster), { ...other, user: 'other' })).to.include({ changed: true });
    expect(await images()).to.have.lengthOf(1);
  });

  it('are written again when somebody has removed them', async () => {
    await onFirst('sh', '-c', `rm ${ISO}/proxmox-role-*`);

    expect(await apply(byApi(cluster, access))).to.include({ changed: true });
    expect(await images()).to.have.lengthOf(1);
  });

  it('are a clone’s own, with what tells it from its template, and go with it', async () => {
    const clones = [{ name: 'two', vmid: 201, ip: '192.0.2.10/24', start: true }];
    const cloned = { ...own, clones, ...texts };
    const way = byApi(cluster, access);
    await done(way, 'template_convert', own);
    const { agent, ...withoutAgent } = cloned;
    expect(agent).to.equal('true');

    expect(await done(way, 'vm_clone', withoutAgent)).to.include({ changed: true });
    for (const again of [way, onNode(cluster)])
      expect(await done(again, 'vm_clone', withoutAgent), again.name).to.include({ changed: false });

    const [template = '', clone = '', ...others] = await images();
    expect([template, clone, ...others].map(name => name.slice(0, 16))).to.deep.equal([
      'proxmox-role-200',
      'proxmox-role-201',
    ]);
    expect(await configOf(201)).to.contain(`scsi30: local:iso/${clone},media=cdrom`);
    expect(await onDrive(clone, 'user-data'))
      .to.contain('hostname: two')
      .and.contain(SECRET);
    expect(await onDrive(clone, 'network-config'))
      .to.contain('192.0.2.10')
      .and.not.contain('192.0.2.9');

    await done(way, 'vm_remove', { vmid: 201, name: 'two', confirm_delete: 'two', timeout: 1 });
    expect(await images()).to.deep.equal([template]);
    await done(onNode(cluster), 'vm_remove', { ...own, confirm_delete: 'one' });
    expect(await images()).to.deep.equal([]);
  });

  it('are not given up for a clone that nobody tells them of', async () => {
    const disk = { disks: { scsi0: 'local:1' }, networks: { net0: 'virtio,bridge=vmbr0' } };
    const way = byApi(cluster, access);
    await done(way, 'vm_create', { ...own, ...disk, disk_storage: 'local' });
    await apply(way);
    await done(way, 'template_convert', own);

    const result = await way.run('vm_clone', {
      ...own,
      clones: [{ name: 'two', vmid: 201 }],
      clone_errors: 'fail',
    });

    expect(result.msg).to.contain('holds texts that nobody can read back; give user_data');
  });

  it('are removed by the next run when a kill came between their VM and them', async () => {
    const disk = {
      disks: { scsi0: 'local:1' },
      networks: { net0: 'virtio,bridge=vmbr0' },
      disk_storage: 'local',
    };
    const gone = { vmid: 210, name: 'gone' };
    const before = await images();
    for (const way of [byApi(cluster, access), onNode(cluster)]) {
      await done(way, 'vm_create', { ...gone, ...disk });
      await done(way, 'cloudinit_apply', { ...gone, ...settings, ...texts, drive: 'own' });
      const [image = ''] = (await images()).filter(name => !before.includes(name));
      const volume = `local:iso/${image}`;
      const ways = [
        ['DELETE', `/nodes/pve01/storage/local/content/${volume}`],
        ['pvesm', 'free', volume],
      ];
      await cluster.writeFile(
        'pve01',
        '/etc/testnode/faults.json',
        JSON.stringify({ commands: ways.map(match => ({ match, fail: { text: 'killed', status: 500 } })) }),
      );
      const remove = (): Promise<ModuleResult> =>
        way.run('vm_remove', { ...gone, confirm_delete: gone.name, retries: 0 });
      expect((await remove()).failed, way.name).to.equal(true);
      expect(await onFirst('ls', '/etc/pve/qemu-server')).not.to.contain('210.conf');
      expect(await images(), way.name).to.include(image);
      await cluster.writeFile('pve01', '/etc/testnode/faults.json', '{}');

      const next = await remove();
      expect(next, JSON.stringify(next)).to.include({ failed: false, changed: true });
      expect(next.msg).to.contain(
        `remove ${volume}, which the removal of VM 210 (gone) that was interrupted`,
      );
      expect(await images(), way.name).to.deep.equal(before);
      expect(await remove(), way.name).to.include({ failed: false, changed: false });
    }
  });
});
