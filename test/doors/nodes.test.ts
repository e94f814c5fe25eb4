import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import { FRESH_STORAGE_CONFIG } from '../../testnode/host/storage-config.ts';
import type { ModuleResult } from '../bundle.ts';
import { byApi, onNode, type WayIn } from './door.ts';
import { masked } from './masked.ts';

const SHARED = `${FRESH_STORAGE_CONFIG}dir: shared
\tpath /mnt/pve/shared
\tcontent images,iso
\tshared 1

`;
const template = { vmid: 7000, name: 'golden' };
const clones = [
  { name: 'home', vmid: 7100, start: true },
  {
    name: 'away',
    vmid: 7101,
    node: 'pve02',
    memory: 1024,
    ip: '192.0.2.10/24',
    gw: '192.0.2.1',
    start: true,
  },
];

describe('a cluster of two nodes by both doors', () => {
  let cluster: Cluster;
  let access: RestAccess;
  let api: WayIn;

  before(async () => {
    cluster = await startNodes({ nodes: 2, guests: 'pretend' });
    await cluster.exec('pve01', ['mkdir', '/mnt/pve/shared']);
    await cluster.writeFile('pve01', '/etc/pve/storage.cfg', SHARED);
    access = await openRestAccess(cluster);
    api = byApi(cluster, access, { api_node: 'pve01' });
  });
  after(() => cluster.down());

  const config = async (node: string, vmid: number): Promise<string> =>
    masked(await cluster.readFile(node, `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`));
  async function done(way: WayIn, module: string, args: object): Promise<ModuleResult> {
    const result = await way.run(module, { ...args });
    expect(result.failed, `${way.name}: ${JSON.stringify(result)}`).to.equal(false);
    return result;
  }
  async function makeTemplate(way: WayIn): Promise<void> {
    const disks = { scsi0: 'shared:1,format=qcow2' };
    const networks = { net0: 'virtio,bridge=vmbr0' };
    await done(way, 'vm_create', { ...template, disks, networks, disk_storage: 'shared' });
    await done(way, 'cloudinit_apply', { ...template, storage: 'shared', ip: 'dhcp', type: 'nocloud' });
    await done(way, 'template_convert', template);
  }
  const remove = async (way: WayIn, vmid: number, name: string): Promise<void> => {
    await done(way, 'vm_remove', { vmid, name, confirm_delete: name, timeout: 1 });
  };
  const made = async (): Promise<readonly string[]> => [
    await config('pve01', 7100),
    await config('pve02', 7101),
  ];

  it('has the same clones on both nodes, which the API makes in one task and SSH in one on each node', async () => {
    await makeTemplate(onNode(cluster));
    await done(onNode(cluster), 'vm_clone', { ...template, clones });
    await done(onNode(cluster, 'pve02'), 'vm_clone', { ...template, clones: clones.slice(1) });
    const bySsh = await made();
    await remove(onNode(cluster), 7100, 'home');
    await remove(onNode(cluster, 'pve02'), 7101, 'away');

    const first = await done(api, 'vm_clone', { ...template, clones });

    expect(await made()).to.deep.equal(bySsh);
    const told = (first['clones'] as Readonly<Record<string, unknown>>[]).find(({ name }) => name === 'away');
    const where = { vmid: 7101, node: 'pve02', exists: true, running: true };
    expect(told).to.include({ ...where, address: 'ip=192.0.2.10/24,gw=192.0.2.1' });
    for (const way of [api, onNode(cluster), onNode(cluster, 'pve02')])
      expect(await done(way, 'vm_clone', { ...template, clones }), way.name).to.include({ changed: false });
  });

  it('has a clone changed on its own node by the API', async () => {
    const changed = clones.map(clone => ({ ...clone, memory: 2048 }));

    expect(await done(api, 'vm_clone', { ...template, clones: changed })).to.include({ changed: true });
    expect(await config('pve02', 7101)).to.contain('memory: 2048');
    expect(
      await done(onNode(cluster, 'pve02'), 'vm_clone', { ...template, clones: changed.slice(1) }),
    ).to.include({
      changed: false,
    });
  });

  it('gives a clone on another node a drive of its own', async () => {
    const texts = { drive: 'own', snippets_storage: 'shared', vendor_data: 'packages: [htop]\n' };
    const more = [{ name: 'far', vmid: 7102, node: 'pve02' }];

    expect(await done(api, 'vm_clone', { ...template, ...texts, clones: more })).to.include({
      changed: true,
    });
    expect(await config('pve02', 7102)).to.match(/^scsi30: shared:iso\/proxmox-role-7102-/m);
    expect(await done(api, 'vm_clone', { ...template, ...texts, clones: more })).to.include({
      changed: false,
    });
    const onSecond = { ...template, ...texts, clones: more };
    expect(await done(onNode(cluster, 'pve02'), 'vm_clone', onSecond)).to.include({ changed: false });
  });

  it('has VMs of the other node removed by the API, drives and all', async () => {
    const second = byApi(cluster, access, { api_node: 'pve02' });

    await remove(second, 7101, 'away');
    await remove(second, 7102, 'far');

    const { stdout } = await cluster.exec('pve01', [
      'sh',
      '-c',
      'ls /etc/pve/nodes/pve02/qemu-server; ls /mnt/pve/shared/template/iso',
    ]);
    expect(stdout.trim()).to.equal('');
  });
});
