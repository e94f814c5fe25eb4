import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { foreignChanges, makeForeign, readForeign, type Digests } from './foreign.ts';
import { readState } from './state.ts';

const CONFIG = '/etc/pve/nodes/pve01/qemu-server/100.conf';
const CONTAINER = '/etc/pve/nodes/pve01/lxc/300.conf';
const DISK = '/var/lib/vz/images/304/vm-304-disk-0.raw';
const GONE = '/var/lib/vz/images/9001/vm-9001-disk-0.raw';
const NEW = '/var/lib/vz/images/300/vm-300-disk-1.raw';

describe('guests of others on the node', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let untouched: Digests;
  before(async () => {
    cluster = await startNodes();
    untouched = await makeForeign(cluster);
  });
  after(() => cluster.down());

  it('are four, each with a configuration and a disk that has something in it', () => {
    expect(Object.keys(untouched))
      .to.have.lengthOf(8)
      .and.to.include.members([CONFIG, CONTAINER, DISK, GONE]);
    expect(new Set(Object.values(untouched)).size).to.equal(8);
  });

  it('are no orphans, and none of the VMs that runs are compared by', async () => {
    expect(await readState(cluster)).to.deep.equal({
      configs: {},
      orphans: [],
      missing: [],
      counts: [],
      foreign: untouched,
    });
  });

  it('are seen to change by a byte, a line, a file that is gone and one that is new', async () => {
    await cluster.exec('pve01', ['sed', '-i', 's/^memory: .*/memory: 4096/', CONTAINER]);
    await cluster.writeFile('pve01', CONFIG, `${await cluster.readFile('pve01', CONFIG)}tags: x\n`);
    await cluster.exec('pve01', ['truncate', '-s', '+1', DISK]);
    await cluster.exec('pve01', ['rm', GONE]);
    await cluster.exec('pve01', ['touch', NEW]);

    expect(foreignChanges(untouched, await readForeign(cluster))).to.deep.equal(
      [CONTAINER, CONFIG, NEW, DISK, GONE].sort(),
    );
  });
});
