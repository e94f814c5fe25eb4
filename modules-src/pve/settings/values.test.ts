import { expect } from 'chai';
import { renderSetting, sameSetting } from './values.ts';

type Case = readonly [key: string, wanted: string, found: string | undefined];

const same = (cases: readonly Case[]): void => {
  for (const [key, wanted, found] of cases) {
    it(`${key}: ${wanted} is what ${found ?? 'nothing'} says`, () =>
      expect(sameSetting(key, wanted, found)).to.equal(true));
  }
};

const different = (cases: readonly Case[]): void => {
  for (const [key, wanted, found] of cases) {
    it(`${key}: ${wanted} is not what ${found ?? 'nothing'} says`, () =>
      expect(sameSetting(key, wanted, found)).to.equal(false));
  }
};

describe('a setting that the file does not mention', () => {
  same([
    ['onboot', '0', undefined],
    ['protection', 'no', undefined],
    ['numa', '0', undefined],
    ['agent', '0', undefined],
    ['cores', '1', undefined],
    ['sockets', '1', undefined],
    ['memory', '512', undefined],
    ['bios', 'seabios', undefined],
    ['scsihw', 'lsi', undefined],
    ['ostype', 'other', undefined],
    ['hotplug', 'usb,disk,network', undefined],
    ['hotplug', '1', undefined],
    ['tags', '', undefined],
    ['vga', 'std', undefined],
    ['machine', 'pc', undefined],
    ['tablet', '1', undefined],
    ['acpi', 'on', undefined],
    ['args', '', undefined],
    ['args', '', ' '],
  ]);
  different([
    ['onboot', '1', undefined],
    ['memory', '2048', undefined],
    ['balloon', '0', undefined],
    ['cpu', 'host', undefined],
    ['agent', 'enabled=1', undefined],
    ['machine', 'q35', undefined],
    ['hotplug', '0', undefined],
    ['tags', 'web', undefined],
    ['net0', 'virtio,bridge=vmbr0', undefined],
    ['vga', 'serial0', undefined],
    ['onboot', '1', undefined],
    ['tablet', '0', undefined],
  ]);
});

describe('a setting that is written in another way', () => {
  same([
    ['onboot', '1', 'yes'],
    ['memory', '2048', 'current=2048'],
    ['cpu', 'host', 'cputype=host'],
    ['cpu', 'cputype=host,flags=+aes', 'host,flags=+aes'],
    ['agent', 'enabled=1', '1'],
    ['agent', '0', 'enabled=0'],
    ['boot', 'order=scsi0;net0', 'order=scsi0;net0'],
    ['ipconfig0', 'ip=192.0.2.10/24,gw=192.0.2.1', 'gw=192.0.2.1,ip=192.0.2.10/24'],
    ['startup', 'order=1,up=30', '1,up=30'],
    ['vga', 'serial0', 'type=serial0'],
    ['hostpci0', '0000:01:00,pcie=1', 'host=0000:01:00,pcie=1,rombar=1'],
    ['cicustom', 'user=a:snippets/u,vendor=a:snippets/v', 'vendor=a:snippets/v,user=a:snippets/u'],
    ['machine', 'q35', 'type=q35'],
    ['hostpci0', '01:00.0,x-vga=on', 'x-vga=1,host=0000:01:00.0'],
    ['usb0', 'mapping=key,usb3=1', 'usb3=1,mapping=key'],
    ['affinity', '0-3,8', '8,3,2,1,0'],
    ['affinity', '0-4294967290', '5-4294967290,0-7'],
    // A line break of Markdown.
    ['description', 'one  \ntwo', 'one\ntwo'],
    ['description', 'one\r\ntwo\r\n', 'one\ntwo'],
    ['cpulimit', '2', '2.0'],
    ['cpu', 'host,flags=+aes;-pcid', 'cputype=host,flags=-pcid;+aes'],
    ['rng0', 'source=/dev/urandom', '/dev/urandom,max_bytes=1024,period=1000'],
    ['watchdog', 'i6300esb,action=reset', 'action=reset'],
    ['numa0', 'cpus=0-1,memory=1024', 'memory=1024,cpus=0-1,policy=preferred'],
    ['smbios1', 'manufacturer=YQ==,base64=1', 'uuid=6b1f,base64=1,manufacturer=YQ=='],
    ['smbios1', 'uuid=6B1F', 'uuid=6b1f'],
    ['vmgenid', '1', '6b1f0000-0000-4000-8000-000000000000'],
  ]);
  different([
    ['ipconfig0', 'ip=dhcp', 'ip=192.0.2.10/24,gw=192.0.2.1'],
    ['boot', 'order=scsi0;net0', 'order=net0;scsi0'],
    ['description', 'Web', 'web'],
    ['cpu', 'host', 'kvm64'],
    ['description', 'on', 'ON'],
    ['description', 'one\n  two', 'one\ntwo'],
    ['affinity', '0-3,8', '0-3,9'],
    ['startup', 'order=0', 'up=30'],
    ['hostpci0', '0000:01:00,pcie=1', '0000:01:00,pcie=1,rombar=0'],
    ['vmgenid', '1', '0'],
  ]);
});

describe('tags', () => {
  same([
    ['tags', 'Foo;bar;baz;foo', 'bar;baz;foo'],
    ['tags', 'b;a', 'a;b'],
    ['tags', 'b,a', 'a;b'],
  ]);
  different([
    ['tags', 'a', 'a;b'],
    ['tags', 'a;b', 'a'],
    ['tags', '', 'a'],
  ]);
});

describe('what can be plugged', () => {
  same([
    ['hotplug', 'disk,network,usb', 'network,disk,usb'],
    ['hotplug', 'network,disk,usb', '1'],
  ]);
  different([
    ['hotplug', 'network,disk,usb', '0'],
    ['hotplug', 'network,disk', 'network,disk,usb'],
  ]);
});

describe('the guest agent', () => {
  same([
    ['agent', 'enabled=1', '1,fstrim_cloned_disks=1'],
    ['agent', 'enabled=1,type=isa', 'enabled=1,type=isa,freeze-fs-on-backup=0'],
    ['agent', '1,freeze-fs-on-backup=0', 'enabled=1,freeze-fs=0'],
  ]);
  different([
    ['agent', 'enabled=1', 'enabled=0,type=isa'],
    ['agent', 'enabled=1,type=isa', 'enabled=1'],
  ]);

  it('keeps its other settings when it is switched', () => {
    expect(renderSetting('agent', '0', 'enabled=1,fstrim_cloned_disks=1')).to.equal(
      '0,fstrim_cloned_disks=1',
    );
  });
});

describe('the machine type', () => {
  same([
    ['machine', 'q35', 'pc-q35-10.0+pve1'],
    ['machine', 'pc', 'pc-i440fx-10.0+pve1'],
    ['machine', 'q35,viommu=intel', 'pc-q35-9.2,viommu=intel'],
  ]);
  different([
    ['machine', 'q35', 'pc-i440fx-10.0+pve1'],
    ['machine', 'pc-q35-9.0', 'pc-q35-9.2'],
    ['machine', 'q35,viommu=intel', 'pc-q35-9.2'],
  ]);
});

describe('what a value does not mention', () => {
  same([
    ['vga', 'std', 'std,memory=64'],
    ['cpu', 'host', 'host,flags=+aes'],
    ['machine', 'q35', 'q35,viommu=intel'],
  ]);

  for (const [key, wanted, found, set] of [
    ['vga', 'qxl', 'std,memory=64', 'qxl,memory=64'],
    ['vga', 'serial0', 'clipboard=vnc', 'serial0,clipboard=vnc'],
    ['cpu', 'max', 'host,flags=+aes', 'max,flags=+aes'],
    ['machine', 'pc', 'q35,viommu=intel', 'pc'],
    ['machine', 'q35,viommu=virtio', 'pc-q35-9.2', 'pc-q35-9.2,viommu=virtio'],
    ['smbios1', 'manufacturer=YQ==', 'uuid=6b1f,serial=YQ==', 'uuid=6b1f,manufacturer=YQ=='],
    ['hostpci0', '0000:02:00', '0000:01:00,pcie=1', '0000:02:00'],
  ] as const) {
    it(`stays where a variable names one property: ${key} ${found} becomes ${set}`, () =>
      expect(renderSetting(key, wanted, found)).to.equal(set));
  }
});

describe('a network device', () => {
  const found = 'virtio=BC:24:11:7F:E5:0B,bridge=vmbr0,firewall=1';
  same([
    ['net0', 'virtio,bridge=vmbr0,firewall=1', found],
    ['net0', 'model=virtio,firewall=on,bridge=vmbr0', found],
    ['net0', 'virtio=bc:24:11:7f:e5:0b,bridge=vmbr0,firewall=1', found],
    ['net0', 'virtio,macaddr=bc:24:11:7f:e5:0b,bridge=vmbr0,firewall=1', found],
    ['net0', 'virtio,bridge=vmbr0,link_down=0,firewall=1', found],
  ]);
  different([
    ['net0', 'virtio,bridge=vmbr1,firewall=1', found],
    ['net0', 'virtio,bridge=vmbr0', found],
    ['net0', 'e1000,bridge=vmbr0,firewall=1', found],
    ['net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1', found],
    ['net0', 'virtio,bridge=vmbr0,firewall=1,tag=5', found],
  ]);

  it('keeps its MAC address when something else changes', () => {
    expect(renderSetting('net0', 'virtio,bridge=vmbr1', found)).to.equal(
      'virtio=BC:24:11:7F:E5:0B,bridge=vmbr1',
    );
  });

  it('keeps its MAC address when its model changes', () => {
    expect(renderSetting('net0', 'e1000,bridge=vmbr0', found)).to.equal(
      'e1000=BC:24:11:7F:E5:0B,bridge=vmbr0',
    );
  });

  it('takes the MAC address that is wanted', () => {
    expect(renderSetting('net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0', found)).to.equal(
      'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    );
  });

  it('is set as written where there is none yet', () => {
    expect(renderSetting('net1', 'virtio,bridge=vmbr1', undefined)).to.equal('virtio,bridge=vmbr1');
  });
});
