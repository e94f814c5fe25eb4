import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { play } from '../ansible/play.ts';
import { startScene, type Scene } from '../scene.ts';

const MINIMAL = 'test/playbooks/minimal.yml';
const onNode = (node: string): string[] => ['-e', `proxmox_vm_node=${node}`];

describe('the node that a VM is for', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene({ nodes: 2 });
  });
  after(() => scene.down());

  const configs = async (node: string): Promise<string[]> =>
    (await scene.cluster.exec(node, ['ls', `/etc/pve/nodes/${node}/qemu-server`])).stdout
      .split('\n')
      .filter(Boolean);

  /** An inventory of one host, which is pve01 whatever it is called. */
  const inventoryWith = (name: string, variables = ''): string => {
    const inventory = join(scene.home, `${name}.ini`);
    const { sshKeyFile, sshConfigFile } = scene.cluster;
    writeFileSync(
      inventory,
      `${name} ansible_host=${scene.cluster.address('pve01')} ansible_user=root ` +
        `ansible_ssh_private_key_file=${sshKeyFile} ansible_ssh_common_args='-F ${sshConfigFile}' ${variables}\n`,
    );
    return inventory;
  };

  const runWith = (inventory: string, args: readonly string[]) =>
    play(scene.cluster, { playbook: MINIMAL, home: scene.home, inventory, args });

  it('is worked on over SSH, also in a play with connection: local', async () => {
    const { rc, output } = await scene.run(MINIMAL, onNode('pve02'));

    expect(rc, output).to.equal(0);
    expect(await configs('pve02')).to.deep.equal(['250.conf']);
    expect(await configs('pve01')).to.deep.equal([]);
  });

  it('leaves alone, with a warning, what is on another node and is as wanted', async () => {
    await scene.newCalls('pve02');
    const { rc, output } = await scene.run(MINIMAL, onNode('pve01'));

    expect(rc, output).to.equal(0);
    expect(await scene.newCalls('pve01')).to.deep.equal([]);
    expect(output).to.contain('VM 250 (minimal) is on node pve02, not on pve01');
    expect(await scene.newCalls('pve02')).to.deep.equal([]);
  });

  it('is where the VM is, when that has moved and the inventory knows it', async () => {
    const { rc, output } = await scene.run(MINIMAL, [...onNode('pve01'), '-e', 'proxmox_vm_memory=4096']);

    expect(rc, output).to.equal(0);
    expect(await scene.cluster.readFile('pve02', '/etc/pve/qemu-server/250.conf')).to.contain('memory: 4096');
    expect(output).to.contain('VM 250 (minimal) on pve02');
    expect(await configs('pve01')).to.deep.equal([]);
  });

  it('may have another name in the inventory, and is named by the refusal when something is to change on one that is not there', async () => {
    const args = [...onNode('pve01'), '-e', 'proxmox_vm_memory=8192'];
    const { rc, output } = await runWith(inventoryWith('hypervisor', 'proxmox_node_name=pve01'), args);

    expect(rc).not.to.equal(0);
    expect(output).to.contain('is on node pve02, not on pve01; set proxmox_vm_node: pve02');
  });

  it('must be the machine that is reached', async () => {
    const { rc, output } = await runWith(inventoryWith('pve77'), [...onNode('pve77'), '--tags', 'preflight']);

    expect(rc).not.to.equal(0);
    expect(output, output).to.contain('PVE-NODE').and.to.contain('pve01');
  });
});
