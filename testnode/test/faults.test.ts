import { expect } from 'chai';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import type { CommandFault, Faults } from '../pve/runtime/faults.ts';

const NODE = 'pve01';
const FILE = '/etc/testnode/faults.json';

describe('troubles that a test orders', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  before(async () => {
    cluster = await startNodes({});
  });
  after(() => cluster.down());

  const exec = (...argv: readonly string[]) => cluster.exec(NODE, argv);
  const order = (faults: Faults) => cluster.writeFile(NODE, FILE, JSON.stringify(faults));
  const config = async (vmid: number) => (await exec('cat', `/etc/pve/qemu-server/${vmid}.conf`)).stdout;
  const onSet = (fault: Omit<CommandFault, 'match'>): Faults => ({
    commands: [{ match: ['qm', 'set', '100'], ...fault }],
  });
  beforeEach(async () => {
    await order({});
    await exec('sh', '-c', 'rm -rf /etc/pve/qemu-server/*.conf /var/lib/vz/images/*');
    expect((await exec('qm', 'create', '100', '--name', 'one', '--scsi0', 'local:1')).rc).to.equal(0);
  });

  it('delay a command', async () => {
    await order(onSet({ delay: 3600, times: 1 }));
    const late =
      'qm set 100 --cores 2 > /dev/null 2>&1 & until ls /run/testnode/faults/*; do sleep 0.1; done';
    await exec('sh', '-c', late);

    expect((await exec('qm', 'set', '100', '--memory', '1024')).rc).to.equal(0);
    expect(await config(100))
      .to.contain('memory: 1024')
      .and.not.to.contain('cores: 2');
  });

  it('let a command fail with a text, as often as they say, and leave others alone', async () => {
    await order(onSet({ fail: { text: 'got timeout', exitCode: 255 }, times: 2 }));
    const set = () => exec('qm', 'set', '100', '--cores', '2');

    expect((await exec('qm', 'config', '100')).rc).to.equal(0);
    for (let time = 1; time <= 2; time += 1)
      expect(await set()).to.include({ rc: 255, stderr: 'got timeout\n' });
    expect(await config(100)).not.to.contain('cores');
    expect((await set()).rc).to.equal(0);
    expect(await config(100)).to.contain('cores: 2');
  });

  it('hold a lock, for which a command waits as on a real node', async () => {
    await order(onSet({ holdLock: { vmid: 100, seconds: 1 }, times: 1 }));
    const { rc, stderr, stdout } = await exec('qm', 'set', '100', '--cores', '3');

    expect(rc, stderr).to.equal(0);
    expect(stdout + stderr).to.contain('trying to acquire lock...\n OK');
  });

  it('lose a change of a command that ends well', async () => {
    await order(onSet({ loseChange: true, times: 1 }));
    const before = await config(100);

    expect((await exec('qm', 'set', '100', '--cores', '4')).rc).to.equal(0);
    expect(await config(100)).to.equal(before);
  });

  for (const step of ['started', 'allocated', 'copied', 'flagged'] as const) {
    it(`kill a worker when it has ${step}, and leave what it had done`, async () => {
      const argv = step === 'flagged' ? ['template', '100'] : ['clone', '100', '101', '--full'];
      await order({ commands: [{ match: ['qm'], killWorkerAt: step, times: 1 }] });
      await exec('qm', ...argv);
      const [source, clone] = [await config(100), await config(101)];

      if (step === 'flagged') expect(source).to.contain('template: 1').and.to.contain('vm-100-disk-0');
      else if (step === 'started') expect(clone).to.equal('');
      else expect(clone).to.contain('lock: clone');
    });
  }

  it('fill a storage while something is copied there', async () => {
    await order({ fullStorages: ['local'] });
    const { rc, stderr } = await exec('qm', 'clone', '100', '101', '--full');

    expect(rc).not.to.equal(0);
    expect(stderr).to.match(/copy failed: command .* failed: exit code 1/s);
    expect((await exec('ls', '/var/lib/vz/images')).stdout.trim()).to.equal('100');
    expect((await exec('pvesm', 'status', '--storage', 'local')).stdout).to.contain('100.00%');
  });

  it('take the quorum away: everything can be read, nothing written', async () => {
    await order({ noQuorum: true });

    expect((await exec('qm', 'config', '100')).rc).to.equal(0);
    const { rc, stderr } = await exec('qm', 'set', '100', '--cores', '2');
    expect(rc).not.to.equal(0);
    expect(stderr).to.match(/quorum|Permission denied/);
    expect(await config(100)).not.to.contain('cores');
  });

  it('keep a guest from reporting its addresses, and end programs in it as ordered', async () => {
    // A disk that boots has a system that an agent runs in.
    const disk = '/var/lib/vz/images/100/vm-100-disk-0.raw';
    await exec('sh', '-c', `printf '\\125\\252' | dd of=${disk} bs=1 seek=510 conv=notrunc status=none`);
    await exec(
      'qm',
      'set',
      '100',
      '--agent',
      '1',
      '--net0',
      'virtio,bridge=vmbr0',
      '--ipconfig0',
      'ip=10.98.0.99/24',
    );
    await exec('qm', 'set', '100', '--ide2', 'local:cloudinit');
    expect((await exec('qm', 'start', '100')).rc).to.equal(0);
    const addresses = async () => (await exec('qm', 'agent', '100', 'network-get-interfaces')).stdout;
    const answered = await addresses();
    await order({ silentGuests: [100] });
    const silent = await addresses();
    await order({ guestPrograms: [{ match: 'a, b', exitCode: 3, output: 'no\n' }] });
    const program = async (text: string) =>
      JSON.parse((await exec('qm', 'guest', 'exec', '100', '--', 'sh', '-c', text)).stdout) as object;
    const programs = [await program('echo a, b'), await program('true')];
    await exec('qm', 'stop', '100');

    expect(answered).to.contain('10.98.0.99');
    expect(silent).to.contain('127.0.0.1').and.not.to.contain('10.98.0.99');
    expect(programs).to.deep.equal([
      { exited: 1, exitcode: 3, 'out-data': 'no\n' },
      { exited: 1, exitcode: 0 },
    ]);
  });
});
