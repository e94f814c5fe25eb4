import { expect } from 'chai';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { recordOf } from '../../pve/vms/guest.ts';
import { placementOf } from './placement.ts';
import { clone } from './scene.fixture.ts';

const STORAGES = parseStorageConfig(`dir: local
\tpath /var/lib/vz
\tcontent images

nfs: san
\tserver 192.0.2.1
\texport /san
\tcontent images

nfs: near
\tserver 192.0.2.1
\texport /near
\tcontent images
\tnodes pve01
`);

const template = (disk: string, drive: string) =>
  recordOf({
    vmid: 9000,
    node: 'pve01',
    kind: 'qemu',
    text: `scsi0: ${disk}:9000/base-9000-disk-0.qcow2
scsi1: ${drive}:9000/vm-9000-cloudinit.qcow2,media=cdrom
ide2: local:iso/x.iso,media=cdrom
`,
  });
const away = clone({ name: 'away', node: 'pve02' });
const place = (disk: string, drive: string, wish = away) =>
  placementOf(wish, template(disk, drive), STORAGES);

describe('where a clone for another node is made', () => {
  it('links to disks that both nodes see', () => {
    expect(place('san', 'san')).to.deep.equal({ full: false, storage: undefined, target: 'pve02' });
  });

  it('copies disks that the other node does not see to storage that it sees', () => {
    expect(place('local', 'san')).to.deep.equal({ full: true, storage: 'san', target: 'pve02' });
  });

  it('is nowhere while the cloud-init drive, which no copy moves, is seen by one node alone', () => {
    for (const drive of ['local', 'near'])
      expect(() => place('san', drive))
        .to.throw(
          `cannot make clone away on node pve02: the cloud-init drive of its template 9000 is on ${drive}`,
        )
        .with.property('message')
        .that.contains('make a template of the same name on pve02');
  });

  it('takes no storage that the other node has not', () => {
    expect(() =>
      place('local', 'san', clone({ name: 'away', node: 'pve02', full: true, storage: 'near' })),
    ).to.throw('near holds no disk images that pve01 and pve02 share');
  });

  it('asks nothing of the storage on the own node', () => {
    expect(place('local', 'local', clone({ node: 'pve01' }))).to.deep.equal({
      full: false,
      storage: undefined,
      target: undefined,
    });
  });
});
