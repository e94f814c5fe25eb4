import { expect } from 'chai';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { foreignChanges, makeForeign, readForeign, type Digests } from './foreign.ts';
import { readState } from './state.ts';

const CONFIGS = '/etc/pve/qemu-server';
/** That of a VM is no leftover. */
const SNIPPET = '/var/lib/vz/snippets/vendor.yaml';
const ORPHANS = [
  '/var/lib/vz/images/9000/vm-9000-disk-1.raw',
  '/var/lib/vz/template/iso/debian-12-genericcloud-amd64.qcow2.part',
  '/var/lib/vz/snippets/proxmox-role-9000-user.yaml',
  '/tmp/proxmox-role-1-abcdef',
  '/var/lib/proxmox-role/begun-9000',
];

/** Files of guests of others. */
const CONFIG = '/etc/pve/nodes/pve01/qemu-server/100.conf';
const CONTAINER = '/etc/pve/nodes/pve01/lxc/300.conf';
const DISK = '/var/lib/vz/images/304/vm-304-disk-0.raw';
const GONE = '/var/lib/vz/images/9001/vm-9001-disk-0.raw';
const NEW = '/var/lib/vz/images/300/vm-300-disk-1.raw';

describe('what a run has left on a node', function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let untouched: Digests;
  before(async () => {
    cluster = await startNodes();
    untouched = await makeForeign(cluster);
  });
  after(() => cluster.down());

  it('has four guests of others beside it, each with a configuration and a disk that has something in it', () => {
    expect(Object.keys(untouched))
      .to.have.lengthOf(8)
      .and.to.include.members([CONFIG, CONTAINER, DISK, GONE]);
    expect(new Set(Object.values(untouched)).size).to.equal(8);
  });

  it('is none of theirs: they are no orphans, and none of the VMs that runs are compared by', async () => {
    expect(await readState(cluster)).to.deep.equal({
      configs: {},
      orphans: [],
      missing: [],
      counts: [],
      foreign: untouched,
    });
  });

  it('has not changed them: that would be seen by a byte, a line, a file that is gone and one that is new', async () => {
    await cluster.exec('pve01', ['sed', '-i', 's/^memory: .*/memory: 4096/', CONTAINER]);
    await cluster.writeFile('pve01', CONFIG, `${await cluster.readFile('pve01', CONFIG)}tags: x\n`);
    await cluster.exec('pve01', ['truncate', '-s', '+1', DISK]);
    await cluster.exec('pve01', ['rm', GONE]);
    await cluster.exec('pve01', ['touch', NEW]);

    expect(foreignChanges(untouched, await readForeign(cluster))).to.deep.equal(
      [CONTAINER, CONFIG, NEW, DISK, GONE].sort(),
    );
  });

  it('is seen: a volume, a file of each kind, a lock, and a volume and a snippet that are gone', async () => {
    await cluster.exec('pve01', ['install', '-D', '/dev/null', SNIPPET]);
    await cluster.exec('pve01', ['qm', 'create', '9000', '--name', 'debian-12', '--scsi0', 'local:0.001']);
    const config = await cluster.readFile('pve01', `${CONFIGS}/9000.conf`);
    await cluster.writeFile(
      'pve01',
      `${CONFIGS}/9000.conf`,
      `${config}cicustom: vendor=local:snippets/vendor.yaml\n`,
    );
    const { orphans, missing, configs } = await readState(cluster);
    expect({ orphans, missing }).to.deep.equal({ orphans: [], missing: [] });
    expect(configs).to.have.all.keys('9000');

    for (const path of ORPHANS) await cluster.exec('pve01', ['install', '-D', '/dev/null', path]);
    await cluster.writeFile(
      'pve01',
      `${CONFIGS}/301.conf`,
      'lock: clone\nscsi0: local:301/vm-301-disk-0.raw\n',
    );
    await cluster.exec('pve01', ['rm', '/var/lib/vz/images/9000/vm-9000-disk-0.raw', SNIPPET]);
    const found = await readState(cluster);

    expect(found.orphans).to.have.members([...ORPHANS, `${CONFIGS}/301.conf`]);
    expect(found.missing, 'what a lock says to be half made is none').to.deep.equal([
      '9000/vm-9000-disk-0.raw',
      'vendor.yaml',
    ]);
  });
});
