import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { byApi, onNode, type WayIn } from './door.ts';
import { masked } from './masked.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHxvbmx5LWEtdGVzdC1rZXktZm9yLXRoZS10ZXN0cy4u tester';

/** One life of a VM, and what it leaves at each step. */
async function life(
  cluster: Cluster,
  { run }: WayIn,
  vmid: number,
): Promise<{ readonly configs: readonly string[]; readonly changed: readonly boolean[] }> {
  const configs: string[] = [];
  const changed: boolean[] = [];
  const own = { vmid, name: 'one' };
  const step = async (module: string, args: object, shown = vmid): Promise<ModuleResult> => {
    const result = await run(module, {
      ...own,
      ...args,
      ...(module === 'vm_clone' && { snippets_storage: 'local' }),
    });
    expect(result.failed, JSON.stringify(result)).to.equal(false);
    changed.push(result['changed'] === true);
    const { stdout } = await cluster.exec('pve01', ['cat', `/etc/pve/nodes/pve01/qemu-server/${shown}.conf`]);
    configs.push(masked(stdout));
    return result;
  };
  const settings = { memory: 1024, networks: { net0: 'virtio,bridge=vmbr0' }, disks: { scsi0: 'local:1' } };
  const cloudInit = {
    user: 'deploy',
    ssh_keys: [KEY],
    password: 'geheim und lang',
    ip: '192.0.2.9/24',
    gw: '192.0.2.1',
  };
  const clones = [{ name: 'two', vmid: vmid + 1, ip: '192.0.2.10/24', memory: 2048, start: true }];
  const twice = async (work: () => Promise<unknown>): Promise<void> => {
    await work();
    await work();
  };
  await twice(async () => {
    await step('vm_create', { ...settings, disk_storage: 'local', description: 'notes: ä\n\nmore' });
    await step('vm_configure', { disk_storage: 'local', memory: 1536, cores: 2, tags: ['b', 'a'] });
    await step('cloudinit_apply', { ...cloudInit, storage: 'local', type: 'nocloud' });
    await step('vm_power', { state: 'started' });
    await step('vm_power', { state: 'stopped', timeout: 1 });
  });
  await twice(async () => {
    await step('template_convert', {});
    await step('vm_clone', { clones }, vmid + 1);
  });
  await twice(() => run('vm_remove', { vmid: vmid + 1, name: 'two', confirm_delete: 'two', timeout: 1 }));
  const last = await run('vm_remove', { ...own, confirm_delete: 'one' });
  expect(last.failed, last.msg).to.equal(false);
  return { configs, changed };
}

describe('both doors', () => {
  let cluster: Cluster;
  let access: RestAccess;

  before(async () => {
    cluster = await startNodes({ guests: 'pretend' });
    access = await openRestAccess(cluster);
  });
  after(() => cluster.down());

  it('lead to the same VM, template and clone at every step', async () => {
    const [ssh, api] = [
      await life(cluster, onNode(cluster), 200),
      await life(cluster, byApi(cluster, access), 200),
    ];

    expect(api.configs).to.deep.equal(ssh.configs);
    expect(api.changed).to.deep.equal(ssh.changed);
  });

  it('tell what Proxmox VE has warned of although it did its work', async () => {
    const made = ['qm', 'create', '300', '--name', 'odd', '--bios', 'ovmf'];
    await cluster.succeed('pve01', made);
    for (const { name, run } of [onNode(cluster), byApi(cluster, access)]) {
      const own = { vmid: 300, name: 'odd', timeout: 1 };
      const { changed, warnings } = await run('vm_power', { ...own, state: 'started' });

      expect({ changed, warnings }, name).to.deep.equal({
        changed: true,
        warnings: ['start 300: WARN: no efidisk configured! Using temporary efivars disk.'],
      });
      await run('vm_power', { ...own, state: 'stopped' });
    }
  });

  it('tell of a disc that its storage does not have, before a VM is made with it', async () => {
    const disks = { scsi0: 'local:1', ide2: 'local:iso/rescue.iso,media=cdrom' };
    const vm = { vm_vmid: 310, vm_name: 'rescued', vm_node: 'pve01', vm_disks: disks };
    const problems = async ({ run }: WayIn): Promise<string> =>
      JSON.stringify((await run('node_preflight', { ...vm, disk_storage: 'local' }))['problems'] ?? []);
    const ways = [onNode(cluster), byApi(cluster, access)];
    for (const way of ways)
      expect(await problems(way), way.name).to.match(/"PVE-STO-016".*local:iso.rescue[.]iso/);

    await cluster.exec('pve01', ['touch', '/var/lib/vz/template/iso/rescue.iso']);
    for (const way of ways) expect(await problems(way), way.name).not.to.contain('PVE-STO-016');
  });
});
