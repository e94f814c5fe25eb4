import { expect } from 'chai';
import { described } from './fixtures/model-config.ts';
import { expectedNames, isFromThen, isHalfClone, isStub, madeVolumes, worksOn } from './begun.ts';
import { withMarker } from './marker.ts';
import { parseVmConfig } from '../text/vm-config.ts';

describe('what a creation leaves when it dies', () => {
  it('may be the volumes that its options make, and no others', () => {
    const made = madeVolumes({
      ...{ name: 'web-01', net0: 'virtio', boot: 'order=scsi0', description: 'local:1' },
      ...{ scsi0: 'local:0,import-from=/x.img', scsi1: 'local-lvm:cloudinit', efidisk0: 'tank:1,efitype=4m' },
      ...{ virtio1: 'local:200/vm-200-disk-7.raw', ide2: 'none,media=cdrom', sata0: 'local:iso/a.iso' },
    });

    expect(made).to.deep.equal([
      { storage: 'local', isDisk: true },
      { storage: 'local-lvm', isDisk: false },
      { storage: 'tank', isDisk: true },
    ]);
  });

  it('has the lowest names that were free, whatever the format of those that were taken', () => {
    const existing = ['vm-200-disk-0.raw', 'base-200-disk-2.qcow2', 'vm-200-disk-7'];

    expect(expectedNames(200, 2, existing)).to.deep.equal([
      'vm-200-disk-1',
      'vm-200-disk-3',
      'vm-200-cloudinit',
    ]);
    expect(expectedNames(200, 1, [])).to.deep.equal(['vm-200-disk-0', 'vm-200-cloudinit']);
  });

  it('is known by having nothing but its lock and PVE’s own comment', () => {
    for (const text of ['lock: create\n', 'lock: clone\n', '# qmclone temporary file\nlock: clone\n'])
      expect(isStub(parseVmConfig(text)), text).to.equal(true);
    for (const text of ['', 'lock: backup\n', 'lock: create\nname: web-01\n', '#mine\nlock: clone\n'])
      expect(isStub(parseVmConfig(text)), text).to.equal(false);
  });

  it('is a half-made clone when it bears the mark that we gave it', () => {
    const notes = described(withMarker('', { vmid: 301, id: 'a-b' }));
    const half = parseVmConfig(`${notes}lock: clone\nname: web-01\nscsi0: local:1\n`);

    expect(isHalfClone(half, 301, 'a-b')).to.equal(true);
    expect(isHalfClone(half, 301, 'a-c')).to.equal(false);
    expect(isHalfClone(half, 301, undefined)).to.equal(false);
    expect(isHalfClone(half, 302, 'a-b')).to.equal(false);
    expect(isHalfClone(parseVmConfig(`${notes}name: web-01\n`), 301, 'a-b')).to.equal(false);
  });

  it('was written when the creation had just begun', () => {
    const begun = 1_795_228_333_400;
    expect(isFromThen(begun, 1_795_228_333_000)).to.equal(true);
    expect(isFromThen(begun, begun + 60_000)).to.equal(true);
    expect(isFromThen(begun, begun - 1001)).to.equal(false);
    expect(isFromThen(begun, begun + 60_001)).to.equal(false);
  });

  it('is still worked on while a program or a task names the VM', () => {
    for (const line of [
      '/usr/bin/perl\0-T\0/usr/sbin/qm\0create\x00200\0--name\0web-01\0',
      'task UPID:pve01:000C56FE:0003DCE9:6A5D9D02:qmcreate:200:root@pam:',
      'qemu-img\0create\0/var/lib/vz/images/200/vm-200-disk-0.raw\0',
    ])
      expect(worksOn(200, line), line).to.equal(true);
    for (const line of [
      'qm\0create\x002001\0',
      'qm\0create\x001200\0',
      'sshd: root@notty',
      '',
      'kvm\0-id\x00200\0-name\0web\0',
      'kvm\0-id\x00300\0-drive\0file=/dev/pve/vm-200-pgdata\0',
      'sh\0/var/run/qemu-server/200.pid\0',
    ])
      expect(worksOn(200, line), line).to.equal(false);
  });
});
