import { expect } from 'chai';
import type { CommandFault } from '../../testnode/pve/runtime/faults.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const PLAYBOOK = 'test/playbooks/several-vms.yml';
const FAULTS = '/etc/testnode/faults.json';

describe('several VMs in one run', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene({ nodes: 2 });
  });
  after(() => scene.down());

  const fault = (...commands: readonly CommandFault[]) =>
    scene.cluster.writeFile('pve01', FAULTS, JSON.stringify({ commands }));
  const vms = async (): Promise<readonly string[]> => {
    const { stdout } = await scene.cluster.exec('pve01', [
      'sh',
      '-c',
      'cd /etc/pve/nodes && grep ^name: */qemu-server/*.conf',
    ]);
    const lines = stdout.split('\n').filter(line => line !== '');
    return lines.map(line => line.replace('/qemu-server/', ' ').replace('.conf:name:', '')).sort();
  };
  const newCalls = async () => [...(await scene.newCalls('pve01')), ...(await scene.newCalls('pve02'))];

  it('are refused together, before anything is touched', async () => {
    const entries = [
      { name: 'a', vmid: 210 },
      { name: 'A', vmid: 210, cloud_init_ip: '10.98.0.21/24', cloud_init_gw: '10.98.0.1' },
      { name: 'c', cloud_init_ip: '10.98.0.21/16', proxmox_vm_cores: 4, retries: 5 },
      { name: 'pve01', create_clones: true, clones: [{ name: 'C', vmid: 210 }] },
      { memory: 512 },
    ];
    const { rc, output } = await scene.run(PLAYBOOK, ['-e', JSON.stringify({ proxmox_vms: entries })]);

    expect(rc).not.to.equal(0);
    expect(output).to.contain('cannot begin: 9 problem(s) found, nothing was touched');
    for (const line of [
      'proxmox_vms[1].name: a is given to proxmox_vms[0].name, too',
      'proxmox_vms[1].vmid: 210 is given to proxmox_vms[0].vmid, too',
      'proxmox_vms[2].cloud_init_ip: 10.98.0.21 is given to proxmox_vms[1].cloud_init_ip, too',
      'write cores',
      'proxmox_vms[2].retries: is the same for all; set proxmox_retries beside proxmox_vms',
      'proxmox_vms[3].name: pve01 is a host of the inventory that is no VM',
      'proxmox_vms[3].clones[0].name: c is given to proxmox_vms[2].name, too',
      'proxmox_vms[3].clones[0].vmid: 210 is given to proxmox_vms[0].vmid, too',
      'proxmox_vms[4]: has no name',
    ]) {
      expect(output).to.contain(line);
    }
    expect(await newCalls()).to.deep.equal([]);
  });

  it('are made although one fails, which is reported by its name', async () => {
    await fault(
      { match: ['qm', 'create', '210'], fail: { text: 'storage is on fire\n', exitCode: 255 } },
      // Long enough for the other node to take the number first.
      { match: ['qm', 'create', '211'], delay: 3 },
    );
    const { rc, output } = await scene.run(PLAYBOOK, ['-v']);
    const made = await vms();

    expect(rc, output).not.to.equal(0);
    expect(output).not.to.contain('a-secret-word');
    expect(output).to.match(/fatal: \[control-1.*storage is on fire/);
    expect(made.map(line => line.split(' ')[0])).to.deep.equal(['pve01', 'pve02']);
    expect(made.map(line => line.split(' ')[1]).sort()).to.deep.equal(['211', '212']);
    expect(made.map(line => line.slice(10)).sort()).to.deep.equal(['builder', 'worker-1']);
    expect(await scene.images.requests()).to.have.length.at.most(2);
  });

  it('are completed by the next run, which makes nothing else', async () => {
    await fault();
    await newCalls();
    const { rc, output } = await scene.run(PLAYBOOK);
    const calls = changing(await newCalls());
    const config = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/210.conf');

    expect(rc, output).to.equal(0);
    expect(config).to.contain('memory: 4096').and.contain('control-1 of the fleet');
    expect(new Set(calls.map(call => call.split(' ')[2]))).to.deep.equal(new Set(['210']));
    expect(output).to.contain('control-1 is 210 on pve01, running: True');
    expect(output).to.match(/worker-1 is 21[12] on pve01, running: False/);
  });
});
