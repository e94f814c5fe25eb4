import { expect } from 'chai';
import { digestIn, startReplicas, type Replicas } from './replicas.ts';

const CLONES = [{ name: 'web-02', vmid: 302, node: 'pve02', start: false }];

/** Three nodes, of which some die, further runs, the API and shared storage: `npm run test:guests`. */
describe('a template on every node', function () {
  this.timeout(300_000);
  let replicas: Replicas;
  before(async () => {
    replicas = await startReplicas(['pve01', 'pve02']);
  });
  after(() => replicas.down());

  const run = () => replicas.run({ proxmox_vm_clones: CLONES });
  const FIRST = { 'pve01 9001': 'debian-12', 'pve02 302': 'web-02', 'pve02 9000': 'debian-12' };

  it('is made of the same image on each, and a clone is made of the one on its own node', async () => {
    const { rc, output } = await run();

    expect(rc, output).to.equal(0);
    expect(await replicas.names()).to.deep.equal(FIRST);
    const [home, other] = [await replicas.config('pve01', 9001), await replicas.config('pve02', 9000)];
    for (const text of [home, other]) expect(text).to.contain('template: 1').and.not.to.contain('held');
    expect(digestIn(home)).to.match(/^sha512:[0-9a-f]{128}$/);
    expect(digestIn(other)).to.equal(digestIn(home));
    expect(await replicas.config('pve02', 302)).to.contain('"clonedFrom":9000');
    expect(output).to.contain('on pve02: VM 9000, generation 1');
  });

  it('keeps its name everywhere while one node cannot make the new one, and moves it on all when that can', async () => {
    await replicas.publish('96M');
    await replicas.setFaults('pve01', [{ match: ['qm', 'create'], fail: { text: 'no more volumes' } }]);
    const { rc, output } = await run();

    expect(rc, output).not.to.equal(0);
    expect(output).to.contain('no more volumes');
    expect(await replicas.names()).to.deep.equal({ ...FIRST, 'pve02 9002': 'debian-12-g2' });
    expect(await replicas.config('pve02', 9002)).to.contain('"held":true');
    await replicas.setFaults('pve01', []);
    const next = await run();
    expect(next.rc, next.output).to.equal(0);
    expect(await replicas.names()).to.include({ 'pve01 9003': 'debian-12', 'pve02 9002': 'debian-12' });
    expect(await replicas.config('pve02', 9002)).not.to.contain('held');
  });
});
