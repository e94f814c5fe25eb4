import { expect } from 'chai';
import { driveDifference } from './drives.ts';

const DISK = 'local-lvm:vm-200-disk-0,size=8G';
const FILE = 'local:200/vm-200-disk-0.qcow2,size=8G';

describe('a disk that is there', () => {
  for (const [wanted, found] of [
    ['local-lvm:8', DISK],
    ['local-lvm:8,format=raw', DISK],
    ['local-lvm:8,cache=none,backup=1,iothread=0,aio=io_uring,ssd=0', DISK],
    ['local-lvm:8', `${DISK},backup=0,iothread=1`],
    ['local-lvm:0,import-from=/x.img', DISK],
    ['local-lvm:vm-200-disk-0,ssd=1', `${DISK},ssd=1`],
    ['cache=writeback', `local-lvm:vm-200-disk-0,cache=writeback,size=8G`],
    ['local:8,format=qcow2', FILE],
    ['/dev/disk/by-id/x', '/dev/disk/by-id/x,size=1T'],
    // Rounded up by Proxmox VE, and by LVM.
    ['local:1.1', 'local:200/vm-200-disk-0.raw,size=1153434K'],
    ['local-lvm:1.001', 'local-lvm:vm-200-disk-0,size=1028M'],
  ] as const) {
    it(`has all of ${wanted}: ${found}`, () =>
      expect(driveDifference('scsi0', wanted, found)).to.deep.equal({ refused: [] }));
  }

  it('takes options, keeps its volume and what is not mentioned', () => {
    expect(
      driveDifference('scsi0', 'local-lvm:8,discard=on,backup=1', `${DISK},backup=0,cache=unsafe`).text,
    ).to.equal('local-lvm:vm-200-disk-0,size=8G,backup=1,cache=unsafe,discard=on');
  });

  it('grows to the size that is wanted, once', () => {
    expect(driveDifference('scsi0', 'local-lvm:32', DISK)).to.deep.equal({
      size: 32 * 1024 ** 3,
      refused: [],
    });
    expect(driveDifference('scsi0', 'local-lvm:0.5', 'local-lvm:vm-200-disk-0,size=512M').size).to.equal(
      undefined,
    );
  });

  for (const [key, wanted, found, reason] of [
    ['scsi0', 'local-lvm:4', DISK, 'never shrunk'],
    ['scsi0', 'local-lvm:7.99', DISK, 'never shrunk'],
    ['scsi0', 'tank:8', DISK, 'is on storage local-lvm, not tank'],
    ['scsi0', 'local:8,format=raw', FILE, 'has format qcow2, not raw'],
    ['scsi0', 'local-lvm:vm-200-disk-9', DISK, 'does not replace'],
    ['scsi0', 'none,media=cdrom', DISK, 'no CD replaces'],
    ['scsi0', '', DISK, 'never removed'],
    ['efidisk0', 'local:1,efitype=4m', 'local:200/vm-200-disk-1.raw,size=528K', 'was made with efitype=2m'],
    [
      'efidisk0',
      'local:1,pre-enrolled-keys=1',
      'local:200/vm-200-disk-1.raw,efitype=4m',
      'pre-enrolled-keys=0',
    ],
    [
      'tpmstate0',
      'local:1,version=v1.2',
      'local:200/vm-200-disk-1.raw,size=4M,version=v2.0',
      'would be lost',
    ],
    [
      'scsi1',
      'local:iso/x.iso,media=cdrom',
      'local-lvm:vm-200-cloudinit,media=cdrom',
      'is the cloud-init drive',
    ],
  ] as const) {
    it(`never becomes ${wanted || 'nothing'}, for ${reason}`, () => {
      const { text, size, refused } = driveDifference(key, wanted, found);

      expect([text, size]).to.deep.equal([undefined, undefined]);
      expect(refused.join()).to.contain(reason);
    });
  }
});

describe('a CD drive', () => {
  it('gets the disc that is wanted, or none', () => {
    expect(
      driveDifference('ide2', 'local:iso/b.iso,media=cdrom', 'local:iso/a.iso,media=cdrom,size=600M').text,
    ).to.equal('local:iso/b.iso,media=cdrom');
    expect(driveDifference('ide2', 'none,media=cdrom', 'local:iso/a.iso,media=cdrom').text).to.equal(
      'none,media=cdrom',
    );
    expect(driveDifference('ide2', 'none', 'none,media=cdrom')).to.deep.equal({ refused: [] });
    expect(
      driveDifference('ide2', 'local:iso/a.iso,media=cdrom', 'local:iso/a.iso,media=cdrom,size=6M'),
    ).to.deep.equal({
      refused: [],
    });
  });

  it('with cloud-init’s drive is not made anew', () => {
    const found = 'local-lvm:vm-200-cloudinit,media=cdrom,size=4M';

    expect(driveDifference('ide2', 'local-lvm:cloudinit', found)).to.deep.equal({ refused: [] });
  });
});
