import { expect } from 'chai';
import { apiWay } from '../../testnode/api-way.ts';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { play } from '../ansible/play.ts';
import { grantPrinted } from '../api/token.ts';
import { onNode, type WayIn } from '../doors/door.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const PLAY = 'test/playbooks/data-disks.yml';
const VOLUME = 'local-lvm:vm-999999-pgdata';
const GONE = ['-e', 'proxmox_vm_state=absent proxmox_vm_confirm_delete=db'];
const wish = (values: object): readonly string[] => ['-e', JSON.stringify(values)];

/** The same disk, wished for by another VM. */
const NEXT = wish({ proxmox_vm_vmid: 231 });

describe('data disks', function () {
  this.timeout(300_000);
  let scene: Scene;
  let way: Awaited<ReturnType<typeof apiWay>>;
  before(async () => {
    scene = await startScene();
    way = await apiWay(scene);
  });
  after(() => scene.down());

  type Door = (args: readonly string[]) => Promise<PlaybookRun>;
  const doors = {
    ssh: (args: readonly string[]) => scene.run(PLAY, args),
    api: (args: readonly string[], env: Readonly<Record<string, string>> = way.env) =>
      play(scene.cluster, { ...way, playbook: PLAY, home: scene.home, args, env }),
  };

  const config = (vmid: number): Promise<string> =>
    scene.cluster.readFile('pve01', `/etc/pve/qemu-server/${vmid}.conf`);
  const module: WayIn['run'] = (name, args) => onNode(scene.cluster).run(name, args);
  const node = async (...argv: readonly [string, ...string[]]): Promise<string> =>
    (await scene.cluster.exec('pve01', argv)).stdout;
  const volumes = async (): Promise<readonly string[]> =>
    (await node('pvesm', 'list', 'local-lvm', '--vmid', '999999')).match(/^local-lvm:\S+/gm) ?? [];

  async function goesWell(door: Door, args: readonly string[] = []): Promise<string> {
    const { rc, counts, output } = await door(args);
    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ failed: 0, unreachable: 0 });
    return output;
  }

  async function isSettled(door: Door, args: readonly string[] = []): Promise<void> {
    await scene.newCalls();
    const { counts, output } = await door(args);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await scene.newCalls()).to.deep.equal([]);
  }

  it('are told by check mode before there is anything', async () => {
    const output = await goesWell(doors.ssh, ['--check', '--diff']);

    expect(output).to.contain(`${VOLUME},discard=on`);
    expect(await volumes()).to.deep.equal([]);
  });

  it('are made and attached with the VM by SSH, with two calls of qm more and one of pvesm', async () => {
    await scene.newCalls();
    await goesWell(doors.ssh, ['--diff']);

    const calls = await scene.newCalls();
    expect(changing(calls)).to.deep.equal(['qm create 230', 'qm create 999999', 'qm set 230']);
    expect(calls.filter(({ argv: [, verb] }) => verb === 'alloc')).to.have.lengthOf(1);
    expect(await config(230)).to.contain(`scsi2: ${VOLUME},discard=on,size=200G`);
    expect(await config(999999)).to.contain('protection: 1');
  });

  it('are left alone by a second run, by the other door, which calls nothing', () => isSettled(doors.api));

  it('stay when their VM is removed, and the command that deletes them is told', async () => {
    const output = await goesWell(doors.ssh, GONE);

    expect(output).to.contain(`pvesm free ${VOLUME}`);
    expect(await volumes()).to.deep.equal([VOLUME]);
  });

  it('go to the next VM that declares them, by the API', async () => {
    await goesWell(doors.api, NEXT);

    expect(await config(231)).to.contain(`scsi2: ${VOLUME},discard=on,size=200G`);
  });

  it('are refused to a second VM by either door, and nothing is changed', async () => {
    const refusal = 'db (231) has it; detach it there with `qm set 231 --delete scsi2`';
    const { rc, output } = await doors.api(wish({ proxmox_vm_vmid: 232, proxmox_vm_name: 'copy' }));
    const data_disks = { scsi2: { name: 'pgdata', size: '200G' } };
    const wanted = { vmid: 232, name: 'copy', disk_storage: 'local-lvm', data_disks };
    const onThere = await module('vm_data_disks', wanted);

    expect(rc, output).not.to.equal(0);
    expect(output).to.contain(refusal);
    expect(onThere.failed).to.equal(true);
    expect(onThere.msg).to.contain(refusal);
    expect(await config(232)).not.to.contain('pgdata');
  });

  it('outlive even who removes the VM by hand with everything that goes with it', async () => {
    await node('qm', 'destroy', '231', '--purge', '1', '--destroy-unreferenced-disks', '1');

    expect(await volumes()).to.deep.equal([VOLUME]);
  });

  it('and what holds them cannot be removed by mistake', async () => {
    const name = 'proxmox-role-data';
    const { failed, msg } = await module('vm_remove', { vmid: 999999, name, confirm_delete: name });

    expect(failed).to.equal(true);
    expect(msg).to.contain('it is protected');
    expect(await volumes()).to.deep.equal([VOLUME]);
  });

  it('are made by the API as by SSH, with exactly the privileges that the role has told', async () => {
    const token = await grantPrinted(scene, PLAY);
    const wal = wish({
      proxmox_vm_data_disks: {
        scsi2: { name: 'pgdata', size: '210G' },
        virtio3: { name: 'wal', size: '4G' },
      },
    });
    const { SSL_CERT_FILE = '' } = way.env;
    const run = await doors.api(wal, { ...token, SSL_CERT_FILE });
    expect(run.rc, run.output).to.equal(0);

    const made = await config(230);
    expect(made).to.contain(`scsi2: ${VOLUME},size=210G`);
    expect(made).to.contain('virtio3: local-lvm:vm-999999-wal,size=4G');
    await isSettled(doors.ssh, wal);
  });
});
