import { expect } from 'chai';
import { nextDiskNumber } from '../storage/disk-number.ts';
import { bootDisk, bootOrderWithout, defaultBootOrder } from '../config/boot-order.ts';
import { formatDrive, isCloudInitDrive, newDiskRequest, parseDrive } from '../config/drive.ts';
import { withMac, withNewMac } from '../config/network.ts';
import { formatSize, parseSize, renderBytes } from '../storage/size.ts';
import { encodeKeys } from '../config/ssh-keys.ts';
import { sortTags } from './stored-value.ts';

describe('sizes', () => {
  it('are shown in the largest unit that divides them', () => {
    expect([2415919104, 540672, 512, 0].map(formatSize)).to.deep.equal(['2304M', '528K', '512', '0T']);
  });

  it('are read with fractions', () => {
    expect(parseSize('1.5G')).to.equal(1610612736);
    expect(parseSize('1X')).to.equal(undefined);
  });

  it('are rendered for people', () => {
    expect(renderBytes(2415919104)).to.equal('2.2 GiB');
  });
});

describe('drives', () => {
  it('are written with their properties in alphabetical order', () => {
    const drive = parseDrive('scsi0', 'local:100/vm-100-disk-0.raw,ssd=on,discard=on');

    expect(formatDrive(drive)).to.equal('local:100/vm-100-disk-0.raw,discard=on,ssd=1');
  });

  it('tell wishes for new volumes from volumes', () => {
    expect(newDiskRequest(parseDrive('scsi0', 'local-lvm:32'))).to.deep.equal({
      storage: 'local-lvm',
      gibibytes: 32,
    });
    expect(newDiskRequest(parseDrive('scsi0', 'local-lvm:vm-100-disk-0'))).to.equal(undefined);
    expect(isCloudInitDrive(parseDrive('ide2', 'local-lvm:vm-100-cloudinit,media=cdrom'))).to.equal(true);
  });

  it('get the lowest free number, whatever kind of disk has the others', () => {
    expect(nextDiskNumber(['vm-100-disk-0.raw', 'base-100-disk-2.qcow2', 'vm-101-disk-1'], 100)).to.equal(1);
  });
});

describe('boot order', () => {
  const section = new Map([
    ['ide2', 'local:100/vm-100-cloudinit.qcow2,media=cdrom'],
    ['net0', 'virtio,bridge=vmbr0'],
    ['scsi0', 'local:100/vm-100-disk-0.raw'],
    ['virtio0', 'local:100/vm-100-disk-1.raw'],
  ]);

  it('of a new VM is its first disk, CD and network device', () => {
    expect(defaultBootOrder(section)).to.equal('order=scsi0;ide2;net0');
  });

  it('loses a device that goes', () => {
    expect(bootOrderWithout('order=scsi0;ide2;net0', 'ide2')).to.equal('order=scsi0;net0');
    expect(bootOrderWithout('order=scsi0', 'ide2')).to.equal(undefined);
  });

  it('says which disk is the VM’s own', () => {
    expect(bootDisk(new Map([...section, ['boot', 'order=net0;virtio0']]))).to.equal('virtio0');
    expect(bootDisk(new Map([...section, ['boot', ' ']]))).to.equal(undefined);
  });
});

describe('values as PVE stores them', () => {
  it('keeps a MAC address that is given and makes one up otherwise', () => {
    expect(withMac('virtio=BC:24:11:00:00:01,tag=5,bridge=vmbr0')).to.equal(
      'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5',
    );
    expect(withMac('virtio,bridge=vmbr0')).to.match(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0$/);
    expect(withNewMac('virtio=BC:24:11:00:00:01')).not.to.equal('virtio=BC:24:11:00:00:01');
  });

  it('sorts tags, in lower case, once each', () => {
    expect(sortTags('Foo,bar;baz foo')).to.equal('bar;baz;foo');
  });

  it('percent-encodes keys byte by byte', () => {
    expect(encodeKeys('ssh-rsa AA+/= ä@x\n')).to.equal('ssh-rsa%20AA%2B%2F%3D%20%C3%A4%40x%0A');
  });
});
