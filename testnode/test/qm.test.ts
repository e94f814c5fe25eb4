import { expect } from 'chai';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';

const NEW = 'pve01';
const OLD = 'pve02';

describe('qm of both releases', function () {
  this.timeout(60_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await startNodes({ nodes: 2, perNode: { [OLD]: { version: '8' } } });
  });
  after(() => cluster.down());

  /** Runs lines of shell on a node and answers all that they said, errors too. */
  const say = async (node: string, script: string): Promise<string> =>
    (await cluster.exec(node, ['bash', '-c', `exec 2>&1; ${script}`])).stdout;

  it('fixes the machine of a Windows VM when it is created and when it becomes one', async () => {
    expect(await say(NEW, 'qm create 100 --ostype win11; qm config 100')).to.include(
      'machine: pc-i440fx-10.0+pve1\n',
    );
    expect(
      await say(OLD, 'qm create 200 --machine q35; qm set 200 --ostype win10; qm config 200'),
    ).to.include('machine: pc-q35-10.0\n');
    expect(
      await say(NEW, 'qm create 101; qm set 101 --ostype win10 --machine q35; qm config 101'),
    ).to.include('machine: q35\n');
  });

  it('knows the memory of a VM’s process on the newer release alone', async () => {
    const status = (vmid: number): string => `qm create ${vmid}; qm status ${vmid} --verbose`;

    expect(await say(NEW, status(113))).to.include('memhost: 0\n');
    expect(await say(OLD, status(213)))
      .to.include('maxmem: ')
      .and.not.include('memhost');
  });

  it('keeps the password of a Windows VM as it is, and hashes others', async () => {
    expect(
      await say(NEW, 'qm set 100 --cipassword geheim; grep cipassword /etc/pve/qemu-server/100.conf'),
    ).to.include('cipassword: geheim\n');
    expect(
      await say(
        NEW,
        'qm create 102; qm set 102 --cipassword geheim; grep cipassword /etc/pve/qemu-server/102.conf',
      ),
    ).to.match(/^cipassword: \$5\$/m);
  });

  it('moves a disk that no drive uses, without noting its size', async () => {
    await say(NEW, 'qm create 103 --scsi0 local:1; qm set 103 --delete scsi0');

    expect(await say(NEW, 'qm disk move 103 unused0 local-lvm; qm config 103'))
      .to.include('unused0: local-lvm:vm-103-disk-0\n')
      .and.include('unused1: local:103/vm-103-disk-0.raw\n');
  });

  it('is what a process that has loaded its module does in a child, and the log tells the two apart', async () => {
    const fork =
      'require PVE::CLI::qm; @ARGV = qw(create 190 --name forked); PVE::CLI::qm->run_cli_handler if !fork; wait';
    await say(NEW, `qm create 191 --name started; perl -e '${fork}'`);
    const calls = (await cluster.commands(NEW)).slice(-2);

    expect(await say(NEW, 'qm list')).to.match(/ 190 forked .*\n.* 191 started /);
    expect(calls.map(({ argv, isPreloaded }) => [argv[2], isPreloaded])).to.deep.equal([
      ['191', undefined],
      ['190', true],
    ]);
  });

  it('hands a disk to another VM', async () => {
    await say(NEW, 'qm create 104 --scsi0 local:1; qm create 105');

    expect(
      await say(
        NEW,
        'qm disk move 104 scsi0 --target-vmid 105 --target-disk virtio1; qm config 104; qm config 105',
      ),
    )
      .to.include('virtio1: local:105/vm-105-disk-0.raw,size=1G\n')
      .and.not.include('scsi0: ');
  });

  it('says why a VM with a missing volume or bridge does not start, and nothing else', async () => {
    await say(
      NEW,
      'qm create 106 --scsi0 local:1; rm -r /var/lib/vz/images/106; qm create 107 --net0 virtio,bridge=vmbr7',
    );
    const missing = "volume 'local:106/vm-106-disk-0.raw' does not exist\n";

    for (const command of ['showcmd', 'start']) {
      const volume = await cluster.exec(NEW, ['qm', command, '106']);
      expect(volume).to.deep.include({ stdout: '', stderr: missing });
      const bridge = await cluster.exec(NEW, ['qm', command, '107']);
      expect(bridge).to.deep.include({ stdout: '', stderr: "bridge 'vmbr7' does not exist\n" });
    }
  });

  it('refuses to destroy what the HA manager looks after, until told to purge', async () => {
    await say(NEW, 'qm create 108 --ha-managed 1');

    expect(await say(NEW, 'qm destroy 108')).to.include('used in HA resources');
    expect(await say(NEW, 'qm destroy 108 --purge')).to.include(
      'removed VM 108 from HA resource configuration',
    );
    expect(await say(NEW, 'qm config 108')).to.include('does not exist');
  });

  it('marks the EFI disk of a new VM, and warns at the start of one without the mark', async () => {
    const disk = 'local-lvm:1,efitype=4m,pre-enrolled-keys=1';
    await say(NEW, `qm create 109 --bios ovmf --efidisk0 ${disk}`);

    expect(await say(NEW, 'qm config 109')).to.include(
      'efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K',
    );
    expect(await say(NEW, 'qm start 109; qm stop 109')).not.to.include('WARN');
    await say(NEW, 'qm set 109 --efidisk0 local-lvm:vm-109-disk-0,efitype=4m,pre-enrolled-keys=1');
    expect(await say(NEW, 'qm start 109; qm stop 109')).to.match(/WARN: EFI disk without[^]*1 warning/);
    await say(NEW, 'qm enroll-efi-keys 109');
    expect(await say(NEW, 'qm start 109; qm stop 109')).not.to.include('WARN');
  });

  it('takes an empty description for none, whether there was one or not', async () => {
    const texts = await say(
      NEW,
      `qm create 110; for text in x '' ''; do qm set 110 --description "$text"; done; qm config 110`,
    );

    expect(texts).not.to.match(/cannot delete|^description: /m);
  });

  it('takes a hook script only if it is a file that can be run', async () => {
    await say(NEW, 'qm create 111; mkdir -p /var/lib/vz/snippets; touch /var/lib/vz/snippets/h');

    expect(await say(NEW, 'qm set 111 --hookscript local:snippets/..')).to.include('does not exist');
    expect(await say(NEW, 'qm set 111 --hookscript local:snippets/../h')).to.include('unable to parse');
    expect(await say(NEW, 'qm set 111 --hookscript local:snippets/h')).to.include('is not executable');
  });

  it('shows a worker by its whole UPID in the list of processes', async () => {
    await cluster.writeFile(
      NEW,
      '/etc/testnode/faults.json',
      '{"commands":[{"match":["qm","start","112"],"holdLock":{"vmid":112,"seconds":3}}]}',
    );
    const script =
      'qm create 112; qm start 112 & until pgrep -af "^task UPID:pve01:.*:qmstart:112:root@pam:"; do sleep 0.1; done; wait';

    expect(await say(NEW, script)).to.match(/^\d+ task UPID:pve01(:[0-9A-F]{8}){3}:qmstart:112:root@pam:/m);
  });
});
