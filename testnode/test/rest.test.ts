import { expect } from 'chai';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { startApi } from '../host/rest-access.ts';

interface Reply {
  readonly data?: unknown;
  readonly message?: string;
}

describe('port 8006 of a test node', function () {
  let cluster: Cluster;
  let token: string;
  before(async () => {
    cluster = await startNodes({ nodes: 2, settings: { unauthorizedDelay: 0 } });
    await startApi(cluster);
    const add = [
      'pveum',
      'user',
      'token',
      'add',
      'root@pam',
      't1',
      '--privsep',
      '0',
      '--output-format',
      'json',
    ];
    const { stdout } = await cluster.exec('pve01', add);
    const { value } = JSON.parse(stdout) as { value: string };
    token = `root@pam!t1=${value}`;
  });
  after(() => cluster.down());

  async function call(node: string, path: string, ...args: readonly string[]): Promise<Reply> {
    const url = `https://${node}:8006/api2/json${path}`;
    const authority = ['--cacert', '/etc/pve/pve-root-ca.pem'];
    const credential = ['-H', `Authorization: PVEAPIToken=${token}`];
    const { stdout } = await cluster.exec('pve01', ['curl', '-s', ...authority, ...credential, ...args, url]);
    return (stdout === '' ? {} : JSON.parse(stdout)) as Reply;
  }

  async function taskOf(node: string, path: string, ...args: readonly string[]): Promise<unknown> {
    const { data, message } = await call(node, path, ...args);
    expect(data, message).to.match(/^UPID:/);
    for (;;) {
      const task = (await call(node, `/nodes/${node}/tasks/${String(data)}/status`)).data as {
        status: string;
        exitstatus?: string;
      };
      if (task.status === 'stopped') return task.exitstatus;
    }
  }

  it('does what qm sees, and the other way round', async () => {
    expect(await taskOf('pve01', '/nodes/pve01/qemu', '-d', 'vmid=100', '-d', 'name=web')).to.equal('OK');
    expect((await cluster.exec('pve01', ['qm', 'config', '100'])).stdout).to.contain('name: web');
    await cluster.exec('pve01', ['qm', 'set', '100', '--cores', '3']);

    expect((await call('pve01', '/nodes/pve01/qemu/100/config')).data).to.include({ cores: 3 });
  });

  it('answers on any node for all of them', async () => {
    expect(await taskOf('pve02', '/nodes/pve02/qemu', '-d', 'vmid=200')).to.equal('OK');
    expect(await call('pve01', '/nodes/pve02/qemu/200/config')).to.have.nested.property('data.digest');
  });

  it('lets nobody in without a credential, and nobody do what they may not', async () => {
    await cluster.exec('pve01', ['pveum', 'user', 'add', 'a@pve']);
    await cluster.exec('pve01', ['pveum', 'user', 'token', 'add', 'a@pve', 'tt', '--privsep', '0']);
    const line = (await cluster.readFile('pve01', '/etc/pve/priv/token.cfg')).match(/^a@pve!tt (\S+)$/m);
    const own = token;
    token = `a@pve!tt=${line?.[1] ?? ''}`;
    const refused = await call('pve01', '/nodes/pve01/qemu/100/config');
    token = 'nobody';
    const stranger = await call('pve01', '/version');
    token = own;

    expect(refused.message).to.equal('Permission check failed (/vms/100, VM.Audit)\n');
    expect(stranger).to.deep.equal({});
  });

  it('shows a trouble that is ordered for a call, once', async () => {
    const path = '/nodes/pve01/qemu/100/clone';
    const faults = { commands: [{ match: ['POST', path], loseWorker: true, times: 1 }] };
    await cluster.writeFile('pve01', '/etc/testnode/faults.json', JSON.stringify(faults));

    expect((await call('pve01', path, '-d', 'newid=101')).message).to.match(/^got no worker upid/);
    expect(await taskOf('pve01', path, '-d', 'newid=101')).to.equal('OK');
  });

  it('keeps the network card of a guest that does not let it go, and says so', async () => {
    const path = '/nodes/pve01/qemu/102';
    expect(await taskOf('pve01', '/nodes/pve01/qemu', '-d', 'vmid=102', '-d', 'net0=virtio')).to.equal('OK');
    expect(await taskOf('pve01', `${path}/status/start`, '-X', 'POST')).to.equal('OK');

    const refused = await call('pve01', `${path}/config`, '-X', 'PUT', '-d', 'delete=net0', '-d', 'cores=2');
    expect(refused).to.have.nested.property(
      'errors.net0',
      "hotplug problem - error on hot-unplugging device 'net0' - still busy in guest?\n",
    );
    expect(await cluster.readFile('pve01', '/etc/pve/qemu-server/102.conf'))
      .to.match(/^net0: virtio=/m)
      .and.include('cores: 2\ndelete: net0\n')
      .and.not.include('[special:cloudinit]');
  });

  it('imports no image from a storage that refers to other files', async () => {
    const make =
      'cd /var/lib/vz/import && qemu-img create -q a.qcow2 1M && qemu-img create -q -f qcow2 -b a.qcow2 -F raw b.qcow2';
    await cluster.exec('pve01', ['bash', '-c', `mkdir -p /var/lib/vz/import; ${make}`]);
    const disk = 'scsi0=local:0,import-from=local:import/b.qcow2';

    expect(await taskOf('pve01', '/nodes/pve01/qemu', '-d', 'vmid=103', '-d', disk)).to.match(
      /backing file not allowed for untrusted image/,
    );
  });

  it('lists the task of a token under its user', async () => {
    const { data } = await call('pve01', '/nodes/pve01/tasks?limit=1');

    expect(data).to.have.nested.property('[0].user', 'root@pam');
    expect(data).to.have.nested.property('[0].tokenid', 't1');
  });
});
