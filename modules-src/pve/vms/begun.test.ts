import { expect } from 'chai';
import { isFromThen, isStub, makesNoVolume, worksOn } from './begun.ts';
import { parseVmConfig } from '../text/vm-config.ts';

describe('what a creation leaves when it dies', () => {
  it('is nothing but its lock when it makes no volume', () => {
    expect(makesNoVolume({ name: 'web-01', net0: 'virtio', boot: 'order=net0' })).to.equal(true);
    for (const key of ['scsi0', 'virtio1', 'sata2', 'ide2', 'efidisk0', 'tpmstate0'])
      expect(makesNoVolume({ name: 'web-01', [key]: 'local-lvm:1' }), key).to.equal(false);
  });

  it('is known by having nothing else', () => {
    expect(isStub(parseVmConfig('lock: create\n'))).to.equal(true);
    for (const text of ['', 'lock: clone\n', 'lock: create\nname: web-01\n', 'name: web-01\n'])
      expect(isStub(parseVmConfig(text)), text).to.equal(false);
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
    for (const line of ['qm\0create\x002001\0', 'qm\0create\x001200\0', 'sshd: root@notty', ''])
      expect(worksOn(200, line), line).to.equal(false);
  });
});
