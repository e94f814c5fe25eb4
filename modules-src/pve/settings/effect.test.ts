import { expect } from 'chai';
import { effectOf } from './effect.ts';

const effect = (
  key: string,
  before: string | undefined,
  after: string | undefined,
  config: Readonly<Record<string, string>> = {},
): string => effectOf({ key, before, after }, new Map(Object.entries(config)));

describe('a change of a running VM', () => {
  for (const key of ['tags', 'onboot', 'startup', 'cpuunits', 'hookscript', 'ciuser', 'ipconfig3'])
    it(`of ${key} is taken at once`, () => expect(effect(key, 'a', 'b')).to.equal('live'));

  for (const key of ['cores', 'cpu', 'vga', 'serial0', 'hostpci0', 'numa', 'hugepages', 'boot', 'rng0'])
    it(`of ${key} waits for the next start`, () => expect(effect(key, 'a', 'b')).to.equal('reboot'));

  for (const key of ['machine', 'bios', 'scsihw', 'arch', 'efidisk0', 'tpmstate0'])
    it(`of ${key} needs a stop`, () => expect(effect(key, 'a', 'b')).to.equal('stop'));

  it('depends on what can be plugged', () => {
    expect(effect('net0', 'a', 'b')).to.equal('live');
    expect(effect('net0', 'a', 'b', { hotplug: 'disk' })).to.equal('reboot');
    expect(effect('vcpus', '1', '2', { hotplug: 'cpu' })).to.equal('live');
    expect(effect('memory', '1', '2', { hotplug: 'memory', numa: '1' })).to.equal('live');
    expect(effect('memory', '1', '2', { hotplug: 'memory' })).to.equal('reboot');
    expect(effect('scsi1', undefined, 'tank:8', { hotplug: '1' })).to.equal('live');
    expect(effect('scsi1', undefined, 'tank:8', { hotplug: '0' })).to.equal('reboot');
    expect(effect('sata1', undefined, 'tank:8')).to.equal('reboot');
    expect(effect('tablet', undefined, '0')).to.equal('live');
    expect(effect('hotplug', 'disk', 'disk,network')).to.equal('live');
    expect(effect('hotplug', 'disk', 'disk,memory')).to.equal('reboot');
    expect(effect('hotplug', 'memory', undefined, { hotplug: 'memory' })).to.equal('reboot');
  });

  it('of a USB device depends on the machine and the guest, too', () => {
    expect(effect('usb0', undefined, '1-1', { ostype: 'l26' })).to.equal('live');
    expect(effect('usb0', undefined, '1-1', { ostype: 'other' })).to.equal('reboot');
    expect(effect('usb0', undefined, '1-1', { ostype: 'l26', machine: 'pc-q35-6.2' })).to.equal('reboot');
    expect(effect('usb0', undefined, '1-1', { ostype: 'l26', machine: 'pc-q35-8.1' })).to.equal('live');
    expect(effect('usb0', undefined, '1-1', { ostype: 'l26', hotplug: 'disk' })).to.equal('reboot');
  });

  it('of a disk is taken at once where the guest does not see it', () => {
    expect(effect('scsi0', 'a:b,size=8G', 'a:b,size=8G,backup=0')).to.equal('live');
    expect(effect('scsi0', 'a:b,size=8G', 'a:b,size=8G,mbps_rd=10')).to.equal('live');
    expect(effect('scsi0', 'a:b,size=8G', 'a:b,size=8G,cache=writeback')).to.equal('reboot');
    expect(effect('ide2', 'none,media=cdrom', 'local:iso/a.iso,media=cdrom')).to.equal('live');
  });

  it('of the balloon is taken at once unless it is switched', () => {
    expect(effect('balloon', '1024', '512', { balloon: '1024' })).to.equal('live');
    expect(effect('balloon', '0', '512', { balloon: '0' })).to.equal('reboot');
    expect(effect('balloon', '1024', '0', { balloon: '1024' })).to.equal('reboot');
  });

  it('that takes back what waited is taken at once', () => {
    expect(effect('cores', '4', '2', { cores: '2' })).to.equal('live');
  });
});
