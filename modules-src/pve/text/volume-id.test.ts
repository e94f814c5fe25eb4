import { expect } from 'chai';
import { driveVolume, parseVolumeId } from './volume-id.ts';

interface Kind {
  readonly what: string;
  readonly id: string;
  readonly vmid: number;
  readonly isBase?: true;
  readonly baseVmid?: number;
}

/** The forms of pve-storage 8.3 and 9.1, by storage type. */
const KINDS: readonly Kind[] = [
  { what: 'a raw disk on a directory', id: 'local:100/vm-100-disk-0.raw', vmid: 100 },
  { what: 'a qcow2 disk on a directory', id: 'local:100/vm-100-disk-12.qcow2', vmid: 100 },
  { what: 'a base image on a directory', id: 'local:100/base-100-disk-0.qcow2', vmid: 100, isBase: true },
  {
    what: 'a linked clone on a directory',
    id: 'local:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2',
    vmid: 101,
    baseVmid: 100,
  },
  {
    what: 'a template made of a linked clone',
    id: 'local:100/base-100-disk-0.qcow2/101/base-101-disk-0.qcow2',
    vmid: 101,
    isBase: true,
    baseVmid: 100,
  },
  { what: 'a cloud-init drive on a directory', id: 'local:100/vm-100-cloudinit.qcow2', vmid: 100 },
  { what: 'a thin volume, clone or not', id: 'local-lvm:vm-101-disk-0', vmid: 101 },
  { what: 'a thin base volume', id: 'local-lvm:base-100-disk-0', vmid: 100, isBase: true },
  { what: 'a thin cloud-init volume', id: 'local-lvm:vm-100-cloudinit', vmid: 100 },
  { what: 'a volume on thick LVM', id: 'lvm:vm-100-disk-0', vmid: 100 },
  { what: 'a qcow2 volume on thick LVM of 9.x', id: 'lvm:vm-100-disk-0.qcow2', vmid: 100 },
  { what: 'a ZFS volume', id: 'tank:vm-100-disk-0', vmid: 100 },
  { what: 'a ZFS base volume', id: 'tank:base-100-disk-0', vmid: 100, isBase: true },
  {
    what: 'a linked clone on ZFS',
    id: 'tank:base-100-disk-0/vm-101-disk-0',
    vmid: 101,
    baseVmid: 100,
  },
];

describe('a volume id', () => {
  for (const { what, id, vmid, isBase = false, baseVmid } of KINDS) {
    it(`tells owner and kind of ${what}`, () => {
      const volume = parseVolumeId(id);

      expect(volume && `${volume.storage}:${volume.name}`).to.equal(id);
      expect(volume).to.include({ vmid, isBase, baseVmid });
    });
  }

  it('of an image or a snippet has no owner', () => {
    expect(parseVolumeId('local:iso/debian-13.iso')).to.include({ vmid: undefined, file: 'debian-13.iso' });
    expect(parseVolumeId('local:snippets/hook.pl')?.vmid).to.equal(undefined);
  });

  for (const text of [
    'none',
    'cdrom',
    '/dev/disk/by-id/ata-x:1',
    '',
    'local:',
    ':100/a.raw',
    '1st:vm-1-disk-0',
  ]) {
    it(`is not read from ${JSON.stringify(text)}`, () => expect(parseVolumeId(text)).to.equal(undefined));
  }
});

describe('the volume of a drive', () => {
  it('stands before the first comma', () => {
    expect(driveVolume('local:100/vm-100-disk-0.qcow2,size=8G')?.file).to.equal('vm-100-disk-0.qcow2');
  });

  it('may be named by its key', () => {
    expect(driveVolume('file=local-lvm:vm-100-disk-0,size=8G')?.name).to.equal('vm-100-disk-0');
  });

  it('is absent for an empty tray and a device of the node', () => {
    expect(driveVolume('none,media=cdrom')).to.equal(undefined);
    expect(driveVolume('/dev/sdb,size=1T')).to.equal(undefined);
  });
});
