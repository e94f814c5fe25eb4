import { expect } from 'chai';
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { restAccess } from '../../testnode/host/rest-access.ts';
import { byApi, onNode } from '../doors/door.ts';
import { sceneByApi } from '../doors/playbook.ts';
import { startScene, type Scene } from '../scene.ts';

interface Report {
  readonly mode: string;
  readonly totals: Readonly<Record<string, number>>;
  readonly guests: readonly {
    readonly name: string;
    readonly state: string;
    readonly differences: readonly unknown[];
  }[];
  readonly undeclared: readonly unknown[];
  readonly unread: readonly unknown[];
}

describe('the report on a fleet', function () {
  this.timeout(300_000);
  let scene: Scene;
  let api: Scene;
  let playbook: string;
  before(async () => {
    scene = await startScene({ nodes: 2 });
    api = await sceneByApi(scene);
    playbook = join(scene.home, 'drift.yml');
    cpSync('examples/drift.yml', playbook);
  });
  after(() => scene.down());

  const door = () => byApi(scene.cluster, restAccess(scene.cluster), { api_node: 'pve01' });
  const file = (name: string): string => join(scene.home, name);
  const page = (): string => readFileSync(file('drift.html'), 'utf8');
  // The file is what the role has just written.
  const report = (): Report => JSON.parse(readFileSync(file('drift.json'), 'utf8')) as Report;
  const states = (): Readonly<Record<string, string>> =>
    Object.fromEntries(report().guests.map(({ name, state }) => [name, state]));
  const qm = (...args: readonly string[]): Promise<string> => scene.cluster.succeed('pve01', ['qm', ...args]);

  /** Whoever came first has the first number of the range. */
  async function vmidOf(name: string): Promise<string> {
    const first = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/270.conf');
    return first.includes(`name: ${name}`) ? '270' : '271';
  }

  it('tells after a run what it has done, and does not fail for it', async () => {
    const { rc, output } = await scene.run(playbook);

    expect(rc, output).to.equal(0);
    expect(report()).to.deep.include({ mode: 'run' });
    expect(report().totals).to.include({ changed: 2, differs: 0, failed: 0 });
    expect(statSync(file('drift.json')).mode & 0o777).to.equal(0o644);
  });

  it('tells in check mode what is missing, each setting that somebody has changed, who is declared no more, and that a node did not answer', async () => {
    const vmid = await vmidOf('shop-db');
    await qm('stop', vmid);
    await qm('set', vmid, '--memory', '1024');
    const inventory = file('away.ini');
    writeFileSync(inventory, 'pve09 ansible_host=10.98.0.99 ansible_ssh_timeout=1\n');
    const proxmox_vms = [
      { name: 'shop-db', memory: 4096, disks: { scsi0: 'local:2' } },
      { name: 'shop-new', disks: { scsi0: 'local:1' } },
      { name: 'away', node: 'pve09', vmid: 275, disks: { scsi0: 'local:1' } },
    ];
    await scene.newCalls();
    const { rc, output } = await scene.run(playbook, [
      ...['--check', '-i', inventory, '-e', JSON.stringify({ proxmox_vms })],
    ]);
    const db = report().guests.find(({ name }) => name === 'shop-db');

    expect(rc, output).not.to.equal(0);
    expect(await scene.newCalls()).to.deep.equal([]);
    expect(report().mode).to.equal('check');
    expect(states(), output).to.deep.equal({ 'shop-db': 'differs', 'shop-new': 'differs', away: 'failed' });
    expect(output).to.contain('not as declared: shop-db, shop-new');
    expect(db?.differences).to.deep.include({ setting: 'memory', before: '1024', after: '4096' });
    expect(page())
      .to.contain('<code class="old">1024</code>')
      .and.contain('<code class="new">4096</code>')
      .and.contain('away');
    expect(output).to.match(/declared by nobody: VM 27\d \(shop-web\)/);
    expect(report().undeclared).to.have.lengthOf(1);
  });

  it('is the same by both doors', async () => {
    const ways = [onNode(scene.cluster), door()];
    const [one, other] = await Promise.all(ways.map(({ run }) => run('fleet_report', { guests: [] })));

    expect(one!['undeclared']).to.have.lengthOf(2);
    expect(other!['json'], other!.msg).to.equal(one!['json']);
  });

  it('tells by the API what can be looked at while a node is down, and of its VMs that nobody knows', async () => {
    for (const vmid of ['275', '276'])
      await scene.cluster.succeed('pve02', ['qm', 'create', vmid, '--name', `away-${vmid}`]);
    await scene.cluster.kill('pve02');
    const small = { disks: { scsi0: 'local:1' } };
    const proxmox_vms = [
      { name: 'shop-web', ...small },
      { name: 'away-275', node: 'pve02', vmid: 275, ...small },
    ];
    const { rc, output } = await api.run(playbook, ['--check', '-e', JSON.stringify({ proxmox_vms })]);
    const described = await door().run('vm_describe', {});

    expect(rc, output).not.to.equal(0);
    expect(report().unread, output).to.deep.equal([{ node: 'pve02', vmids: [276] }]);
    expect(report().undeclared).to.have.lengthOf(1);
    expect(states()).to.deep.equal({ 'shop-web': 'same', 'away-275': 'failed' });
    expect(output).to.contain('nobody can tell of VM 276: pve02 is down');
    expect(page()).to.contain('<code>pve02</code> is down');
    expect(described['vms'], described.msg).to.have.lengthOf(2);
    expect(described['text']).to.match(
      /^# cannot look at VM 275, VM 276 on pve02: .*; start it, or go by SSH/m,
    );
  });
});
