import { expect } from 'chai';
import { cpSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { openRestAccess } from '../../testnode/host/rest-access.ts';
import { byApi, onNode } from '../doors/door.ts';
import { startScene, type Scene } from '../scene.ts';

/** Made by hand, with what a file of YAML and Jinja could take for something else. */
const BY_HAND: readonly string[] = [
  'create 400 --name by-hand --memory 3072 --cores 3 --cpu x86-64-v2-AES --scsi0 local-lvm:2,discard=on --scsi1 local:1,format=qcow2',
  'set 400 --scsihw virtio-scsi-single --net0 virtio,bridge=vmbr0,tag=12 --net3 e1000,bridge=vmbr0 --ide2 none,media=cdrom',
  'set 400 --startup order=2,up=30 --tags prod;web --agent enabled=1,fstrim_cloned_disks=1 --onboot 0 --watchdog model=i6300esb,action=reset',
  'create 401 --name 1e3 --ostype win11 --bios ovmf --machine q35 --efidisk0 local-lvm:1,efitype=4m,pre-enrolled-keys=1 --tpmstate0 local-lvm:1,version=v2.0 --sata0 local-lvm:1',
  'create 402 --name plain',
];
const NOTES = 'on\n{{ no_expression }}\n10:30 "quoted" \\ and # more: ä\n';

describe('VMs that are described', function () {
  this.timeout(300_000);
  let scene: Scene;
  let folder: string;
  before(async () => {
    scene = await startScene();
    folder = join(scene.home, 'playbooks');
    cpSync(`${root}examples`, folder, { recursive: true });
    for (const command of BY_HAND) await qm(command.split(' '));
    await qm(['set', '402', '--description', NOTES]);
    // One of the role's, with a clone, whose marks are then lost.
    const clone = { name: 'node-1', vmid: 7001, ip: '10.98.0.33/24', gw: '10.98.0.1', tags: ['db'] };
    const args = ['-e', JSON.stringify({ proxmox_vm_clones: [clone] })];
    const { rc, output } = await scene.run('test/playbooks/clones.yml', args);
    expect(rc, output).to.equal(0);
    for (const vmid of await vmids())
      if (vmid < 400 || vmid > 402) await qm(['set', String(vmid), '--delete', 'description']);
  });
  after(() => scene.down());

  const qm = (args: readonly string[]): Promise<string> => scene.cluster.succeed('pve01', ['qm', ...args]);

  async function vmids(): Promise<readonly number[]> {
    const { stdout } = await scene.cluster.exec('pve01', ['ls', '/etc/pve/qemu-server']);
    return [...stdout.matchAll(/^(\d+)\.conf$/gm)].map(([, vmid]) => Number(vmid));
  }

  const configs = async (): Promise<readonly string[]> =>
    Promise.all(
      (await vmids()).map(vmid => scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`)),
    );

  it('are written to a file that nobody else can read, and no program of the node is called', async () => {
    await scene.newCalls();
    const { rc, output } = await scene.run(join(folder, 'describe.yml'));

    expect(rc, output).to.equal(0);
    expect(await scene.newCalls()).to.deep.equal([]);
    expect(statSync(join(folder, 'vms.yml')).mode & 0o777).to.equal(0o600);
    expect(readFileSync(join(folder, 'vms.yml'), 'utf8').match(/^ {2}- name: /gm)).to.have.lengthOf(
      (await vmids()).length,
    );
  });

  it('are left as they are by the role that gets that file', async () => {
    const before = await configs();
    const args = ['-e', `described=${join(folder, 'vms.yml')}`];
    const { rc, output, counts } = await scene.run('test/playbooks/described.yml', args);

    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await scene.newCalls()).to.deep.equal([]);
    expect(await configs()).to.deep.equal(before);
  });

  it('are written anew beside a copy of the file that was there, when one of them has changed', async () => {
    await qm(['set', '402', '--memory', '777']);
    const { counts, output } = await scene.run(join(folder, 'describe.yml'));

    expect(counts, output).to.include({ changed: 1, failed: 0 });
    expect(readFileSync(join(folder, 'vms.yml'), 'utf8')).to.contain('memory: 777');
    expect(readdirSync(folder).filter(name => name.startsWith('vms.yml'))).to.have.lengthOf(2);
  });

  it('are shown where no file is named, of those that are chosen alone', async () => {
    const args = ['-e', JSON.stringify({ proxmox_describe_path: '', proxmox_describe_names: ['by-hand'] })];
    const { rc, output } = await scene.run(join(folder, 'describe.yml'), args);

    expect(rc, output).to.equal(0);
    expect(output).to.contain('vmid: 400').and.not.to.contain('vmid: 402');
  });

  it('are the same by the API', async () => {
    const ways = [onNode(scene.cluster), byApi(scene.cluster, await openRestAccess(scene.cluster))];
    const [onThere, byToken] = await Promise.all(ways.map(({ run }) => run('vm_describe', {})));

    expect(byToken!['text'], byToken!.msg).to.equal(onThere!['text']);
    expect(byToken!['vms']).to.have.lengthOf((await vmids()).length);
  });
});
