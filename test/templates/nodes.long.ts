import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { digestIn, startReplicas, type Replicas } from './replicas.ts';

const NODES = ['pve01', 'pve02', 'pve03'] as const;
const CLONES = [
  { name: 'web-01', vmid: 301, node: 'pve01', start: false },
  { name: 'web-02', vmid: 302, node: 'pve02', start: false },
];

type Options = Parameters<Replicas['run']> extends [unknown, ...infer How] ? How : never;

describe('a template on each of three nodes', function () {
  this.timeout(600_000);
  let replicas: Replicas;
  before(async () => {
    replicas = await startReplicas(NODES);
  });
  after(() => replicas.down());

  const run = (more: Readonly<Record<string, unknown>> = {}, ...how: Options) =>
    replicas.run({ proxmox_vm_clones: CLONES, ...more }, ...how);
  const configs = (...vms: readonly (readonly [node: string, vmid: number])[]): Promise<readonly string[]> =>
    Promise.all(vms.map(([node, vmid]) => replicas.config(node, vmid)));

  /** A run in which a node loses its power while a generation is made on one, which may be another. */
  async function runWithDeath(dies: string, node = dies): Promise<Awaited<ReturnType<typeof run>>> {
    await replicas.setFaults(node, [{ match: ['qm', 'create'], delay: 20 }]);
    const running = run();
    const isOver = running.then(() => true);
    const isMade = async (): Promise<boolean> =>
      (await replicas.cluster.exec(node, ['pgrep', '-f', 'create 90'])).rc === 0;
    while (!(await isMade()))
      if (await Promise.race([isOver, pause(100, false)])) expect.fail((await running).output);
    await replicas.cluster.kill(dies);
    return running;
  }

  async function restart(node: string): Promise<void> {
    await replicas.cluster.restart(node);
    for (const one of NODES) await replicas.setFaults(one, []);
  }

  const FIRST = { 'pve02 9000': 'debian-12', 'pve03 9001': 'debian-12', 'pve01 9002': 'debian-12' };
  const WEB = { 'pve01 301': 'web-01', 'pve02 302': 'web-02' };

  it('is made of the same image on each, and clones are made of the one on their own node', async () => {
    const { rc, output } = await run();

    expect(rc, output).to.equal(0);
    expect(await replicas.names()).to.deep.equal({ ...FIRST, ...WEB });
    const texts = await configs(['pve02', 9000], ['pve03', 9001], ['pve01', 9002]);
    for (const text of texts) expect(text).to.contain('template: 1').and.not.to.contain('held');
    expect(new Set(texts.map(digestIn))).to.have.lengthOf(1);
    expect(await replicas.config('pve01', 301)).to.contain('"clonedFrom":9002');
    expect(await replicas.config('pve02', 302)).to.contain('"clonedFrom":9000');
    expect(output).to.contain('on pve03: VM 9001, generation 1');
  });

  it('is left alone by the API, too, which has an image of its own on each node', async () => {
    const first = await run({}, [], 'api');
    expect(first.rc, first.output).to.equal(0);
    await replicas.newChanges();
    const { counts, output } = await run({}, [], 'api');

    expect(counts, output).to.include({ changed: 0, failed: 0 });
    expect(await replicas.newChanges()).to.deep.equal([]);
  });

  it('tells in check mode what it would do on each, and changes nothing', async () => {
    const before = await replicas.names();
    const { rc, output } = await run({ proxmox_vm_memory: 4096 }, ['--check']);

    expect(rc, output).to.equal(0);
    expect(output).to.contain('would replace the one before: its settings are not those of now');
    for (const [node, vmid] of [
      ['pve02', 9003],
      ['pve03', 9004],
    ] as const)
      expect(output).to.contain(`on ${node}: VM ${vmid}, generation 2`);
    expect(await replicas.newChanges()).to.deep.equal([]);
    expect(await replicas.names()).to.deep.equal(before);
  });

  it('keeps its name everywhere when a node dies while it is made anew there', async () => {
    await replicas.publish('96M');
    const { rc, output } = await runWithDeath('pve03');

    expect(rc, output).not.to.equal(0);
    expect(await replicas.names()).to.deep.equal({ ...FIRST, ...WEB, 'pve02 9003': 'debian-12-g2' });
  });

  it('is released by the next run on the nodes that are up, and tells which one is down, without waiting for it', async () => {
    const { rc, output } = await run({}, [], 'api');

    expect(rc, output).to.equal(0);
    const found = await replicas.names();
    expect(found).to.deep.equal({
      ...WEB,
      'pve01 9002': 'debian-12-g1',
      'pve01 9004': 'debian-12',
      'pve02 9000': 'debian-12-g1',
      'pve02 9003': 'debian-12',
      'pve03 9001': 'debian-12',
    });
    expect(output).to.contain('on pve03: it is down, and its template is what it was');
    expect(output).to.match(/\[WARNING\]: pve03 is down/);
    const again = await run({}, [], 'api');
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
    expect(await replicas.names()).to.deep.equal(found);
  });

  it('comes to the node that was down when that is up again', async () => {
    await restart('pve03');
    const { rc, output } = await run({}, [], 'api');

    expect(rc, output).to.equal(0);
    const found = await replicas.names();
    expect(found).to.include({ 'pve03 9001': 'debian-12-g1', 'pve03 9005': 'debian-12' });
    const texts = await configs(['pve01', 9004], ['pve02', 9003], ['pve03', 9005]);
    expect(new Set(texts.map(digestIn))).to.have.lengthOf(1);
    const again = await run({}, [], 'api');
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
  });

  it('removes old generations on each node, and none that clones stand on', async () => {
    const { rc, output } = await run({ proxmox_vm_template_keep: 1 });

    expect(rc, output).to.equal(0);
    const found = await replicas.names();
    expect(
      Object.keys(found)
        .filter(key => !(key in WEB))
        .sort(),
    ).to.deep.equal(['pve01 9002', 'pve01 9004', 'pve02 9000', 'pve02 9003', 'pve03 9005'].sort());
    expect(output).to.match(
      /generation 1: VM 9000 \(debian-12-g1\), kept: linked clones stand on it: web-02/,
    );
    expect(output).to.contain('removed: VM 9001');
  });

  it('keeps its name everywhere when a node dies that has the new one already, and has that when it is up again', async () => {
    await replicas.publish('128M');
    const before = await replicas.names();
    const NEW = { 'pve02 9001': 'debian-12-g3', 'pve03 9006': 'debian-12-g3' };
    const { rc, output } = await runWithDeath('pve03', 'pve01');
    expect(rc, output).not.to.equal(0);
    expect(await replicas.names()).to.include({ ...before, ...NEW });

    const next = await run({}, [], 'api');
    expect(next.rc, next.output).to.equal(0);
    expect(await replicas.names()).to.include({
      ...{ 'pve01 9007': 'debian-12', 'pve02 9001': 'debian-12' },
      ...{ 'pve03 9005': 'debian-12', 'pve03 9006': 'debian-12-g3' },
    });

    await restart('pve03');
    const last = await run();
    expect(last.rc, last.output).to.equal(0);
    expect(await replicas.names()).to.include({ 'pve03 9005': 'debian-12-g2', 'pve03 9006': 'debian-12' });
    const texts = await configs(['pve01', 9007], ['pve02', 9001], ['pve03', 9006]);
    expect(new Set(texts.map(digestIn))).to.have.lengthOf(1);
    const again = await run();
    expect(again.counts, again.output).to.include({ changed: 0, failed: 0 });
  });

  it('is one template where the storage is shared, of which each node makes its clones', async () => {
    const { rc, output } = await run({
      proxmox_vm_name: 'golden',
      proxmox_vm_template_vmid_range: '8000-8009',
      proxmox_disk_storage: 'shared',
      proxmox_vm_clones: [{ name: 'api-02', vmid: 402, node: 'pve02', start: false }],
    });

    expect(rc, output).to.equal(0);
    expect(output).to.contain('on pve02: sees the same disks');
    expect(await replicas.names()).to.include({ 'pve01 8000': 'golden', 'pve02 402': 'api-02' });
    expect(await replicas.config('pve02', 402)).to.contain('shared:8000/base-8000-disk-0');
  });

  it('is refused, with the reason, for nodes that there are not', async () => {
    const { rc, output } = await run({ proxmox_vm_template_nodes: ['pve01', 'pve09'] });

    expect(rc).not.to.equal(0);
    expect(output).to.contain('cannot make the template on pve09: the cluster has no such node');
  });
});
