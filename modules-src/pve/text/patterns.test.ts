import { expect } from 'chai';
import type { Pattern } from '../../sdk/option.ts';
import * as patterns from './patterns.ts';

/** As the compiled validators test it: with the Unicode flag, without the multiline one. */
const fits = (pattern: Pattern, text: string): boolean => new RegExp(pattern.regex, 'u').test(text);

interface Expectation {
  readonly pattern: Pattern;
  readonly valid: readonly string[];
  readonly invalid: readonly string[];
}

const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  'a VM name': {
    pattern: patterns.VM_NAME,
    valid: ['web-01', 'web.example.test', 'a', '9', 'Web-01', 'a'.repeat(63)],
    invalid: [
      '',
      '-web',
      'web-',
      'we_b',
      'web 01',
      'a..b',
      '.a',
      'a.',
      'a'.repeat(64),
      'wéb',
      `${'a.'.repeat(130)}a`,
    ],
  },
  'a node name': {
    pattern: patterns.NODE_NAME,
    valid: ['pve01', 'pve-01', 'A'],
    invalid: ['', '-pve', 'pve.example', 'pve01/../x', 'pve 01'],
  },
  'a storage': {
    pattern: patterns.STORAGE_ID,
    valid: ['local', 'local-lvm', 'nfs_1', 'a.b'],
    invalid: ['', 'l', '1local', 'local:', 'local,', 'local-', '../x', 'local lvm'],
  },
  'a disk slot': {
    pattern: patterns.DISK_SLOT,
    valid: ['scsi0', 'scsi30', 'virtio15', 'sata5', 'ide3'],
    invalid: ['scsi31', 'scsi', 'scsi01', 'virtio16', 'sata6', 'ide4', 'efidisk0', 'xscsi0', 'scsi0,file'],
  },
  'a network slot': {
    pattern: patterns.NET_SLOT,
    valid: ['net0', 'net31'],
    invalid: ['net32', 'net', 'net00', 'eth0'],
  },
  'a path': {
    pattern: patterns.ABSOLUTE_PATH,
    valid: ['/root/.ssh/authorized_keys', '/a b'],
    invalid: ['', 'relative', '~/keys', '/a,b'],
  },
  'one line': {
    pattern: patterns.ONE_LINE,
    valid: ['', 'host,flags=+aes', 'order=scsi0;net0', '1.1.1.1 8.8.8.8', 'a --b'],
    invalid: ['-x', '--delete', 'a\0b', 'a\rb'],
  },
  'an IPv4 address': {
    pattern: patterns.IPV4,
    valid: ['0.0.0.0', '192.168.1.1', '255.255.255.255'],
    invalid: ['', '256.1.1.1', '1.2.3', '1.2.3.4.5', '1.2.3.4/24', '1.2.3.', 'a.b.c.d', '1.2.3.4,gw=1.2.3.5'],
  },
  'an IPv4 configuration': {
    pattern: patterns.IPV4_CONFIG,
    valid: ['dhcp', '192.168.1.100/24', '10.0.0.1/8', '10.0.0.1/32', '0.0.0.0/0'],
    invalid: [
      '',
      '192.168.1.100',
      '192.168.1.100/33',
      '192.168.1/24',
      'DHCP',
      'auto',
      '1.2.3.4/24,gw=1.2.3.1',
    ],
  },
  'an IPv6 address': {
    pattern: patterns.IPV6,
    valid: ['2001:db8::1', '::1', 'fe80::1', '::ffff:192.0.2.1'],
    invalid: ['', '192.0.2.1', '2001:db8::1/64', 'gggg::1', '::1,ip=dhcp'],
  },
  'an IPv6 configuration': {
    pattern: patterns.IPV6_CONFIG,
    valid: ['dhcp', 'auto', '2001:db8::10/64', '::1/128', 'fd00::1/0'],
    invalid: ['', '2001:db8::10', '2001:db8::10/129', '192.0.2.1/24', '::1/64,gw6=::2'],
  },
  'a user name': {
    pattern: patterns.USER_NAME,
    valid: [
      'ubuntu',
      'Administrator',
      'root',
      '1user',
      '_svc',
      'a.b-c_1',
      'machine$',
      'me@corp.test',
      'John Doe',
    ],
    invalid: ['', ' a', 'a ', '-x', 'a:b', 'a$b', 'a,b', '{a}', 'a#b', "a'b", 'x'.repeat(65)],
  },
  'a network device': {
    pattern: patterns.NET_DEVICE,
    valid: [
      '',
      'virtio,bridge=vmbr0',
      'bridge=vmbr0,model=e1000e',
      'firewall=1,virtio=BC:24:11:00:00:AA,trunks=2;3',
    ],
    invalid: ['bridge=vmbr0', 'virtio, bridge=vmbr0', 'null', '[object Object]', 'virtoi,bridge=vmbr0'],
  },
  'addresses of a network device': {
    pattern: patterns.ADDRESSES,
    valid: ['ip=dhcp', 'ip=10.0.0.5/24,gw=10.0.0.1,ip6=auto', 'gw6=2001:db8::1'],
    invalid: ['', '10.0.0.5/24', 'ip=', 'ip=10.0.0.5/24, gw=10.0.0.1', 'ip=dhcp,dns=1.1.1.1'],
  },
  'a boot order': {
    pattern: patterns.BOOT_ORDER,
    valid: ['order=scsi0;net0', 'order=', 'cdn', 'legacy=c', 'legacy=c,order=scsi0'],
    invalid: ['scsi0', 'scsi0;net0', 'order=scsi0,net0', 'order=scsi0; net0'],
  },
  'an order of starting': {
    pattern: patterns.STARTUP_ORDER,
    valid: ['1', 'order=1,up=30,down=60', 'up=5'],
    invalid: ['', 'order=first', 'order=1 up=30', 'order=-1'],
  },
  'what can be plugged': {
    pattern: patterns.HOTPLUG,
    valid: ['0', '1', 'False', 'network,disk,usb', 'network;cpu', 'memory'],
    invalid: ['', 'net', 'network,', 'disks'],
  },
  'a tag': {
    pattern: patterns.TAG,
    valid: ['web', 'Prod', '_x', '1', 'a.b+c-d'],
    invalid: ['', '-web', 'a b', 'a;b', 'a,b', 'ä'],
  },
};

for (const [name, { pattern, valid, invalid }] of Object.entries(EXPECTATIONS)) {
  describe(`the pattern of ${name}`, () => {
    for (const text of valid) {
      it(`takes ${JSON.stringify(text)}`, () => expect(fits(pattern, text)).to.equal(true));
    }
    for (const text of invalid) {
      it(`refuses ${JSON.stringify(text)}`, () => expect(fits(pattern, text)).to.equal(false));
    }

    it('refuses a second line, before and behind', () => {
      for (const text of valid) {
        expect(fits(pattern, `${text}\n`), `${text} with a newline`).to.equal(false);
        expect(fits(pattern, `${text}\nargs: -x`), `${text} with a second line`).to.equal(false);
        expect(fits(pattern, `\n${text}`), `${text} after a newline`).to.equal(false);
      }
    });

    it('refuses what qm would take for an option', () => {
      for (const text of ['--skiplock', '-x', '--delete scsi0']) {
        expect(fits(pattern, text), text).to.equal(false);
      }
    });

    it('says what it wants', () => expect(pattern.says).to.match(/^\S.{10,}[^.]$/));
  });
}

describe('the pattern of notes', () => {
  it('takes whatever leaves room for the mark, in any script', () => {
    for (const text of ['', 'one\n\ntwo\r\n', '--x', '😀'.repeat(7168)])
      expect(fits(patterns.NOTES, text)).to.equal(true);
    expect(fits(patterns.NOTES, 'x'.repeat(7169))).to.equal(false);
  });
});
