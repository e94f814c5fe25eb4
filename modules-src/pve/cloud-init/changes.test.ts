import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { addressText, cloudInitChanges, deviceAddress, type CloudInitWishes } from './changes.ts';
import { parseStorageConfig } from '../text/storage-config.ts';
import { snippetFor } from './snippets.ts';
import { parseVmConfig } from '../text/vm-config.ts';
import { NEW_ID } from '../vms/fixtures/new-id.ts';

const VM = readFileSync(new URL('../text/fixtures/vm.conf', import.meta.url), 'utf8');
const [LOCAL] = parseStorageConfig('dir: local\n\tpath /var/lib/vz\n\tcontent snippets,images\n');
const KEYS = [
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtREjyPtc45YPoS69ZDzoiJtnxlAftSQ/Rm/voKUWRI alice@example.test',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINot+really+a+key bob key+with/special chars',
];

const apply = (wishes: Partial<CloudInitWishes>, config: string) =>
  cloudInitChanges(
    { addresses: new Map(), snippets: [], ...wishes },
    parseVmConfig(`citype: nocloud\n${config}`),
  );

describe('cloud-init settings', () => {
  it('are none when all is as wanted', () => {
    const wishes: Partial<CloudInitWishes> = {
      user: 'deploy',
      addresses: new Map([['net0', 'ip=192.0.2.10/24,gw=192.0.2.1']]),
      dns: '192.0.2.53 192.0.2.54',
      domain: 'example.test',
      driveStorage: 'local',
    };

    expect(apply(wishes, VM)).to.deep.equal({ changes: [], properties: {}, addsDrive: false });
  });

  it('name the data source, so that the guest’s operating system type does not choose it', () => {
    const { properties } = cloudInitChanges(
      { type: 'configdrive2', addresses: new Map(), snippets: [] },
      parseVmConfig(''),
    );

    expect(properties).to.deep.equal({ citype: 'configdrive2' });
  });

  it('leave alone what nothing is said about', () => {
    expect(apply({}, VM).changes).to.deep.equal([]);
  });

  it('say whether the guest upgrades itself only when asked', () => {
    expect(apply({ upgrade: false }, '').properties).to.deep.equal({ ciupgrade: '0' });
    expect(apply({ upgrade: true }, 'ciupgrade: 1\n').properties).to.deep.equal({});
  });

  it('belong to the device of the same number', () => {
    const addresses = new Map([
      ['net0', 'ip=dhcp'],
      ['net12', 'ip=10.0.0.5/24'],
    ]);

    expect(apply({ addresses }, 'ipconfig0: ip=dhcp\n').properties).to.deep.equal({
      ipconfig12: 'ip=10.0.0.5/24',
    });
  });
});

describe('SSH keys', () => {
  const stored = `sshkeys: ${encodeURIComponent(`${KEYS.join('\n')}\n`)}\n`;

  it('go into a file, one per line', () => {
    expect(apply({ keys: KEYS }, '').properties).to.deep.equal({ sshkeys: { file: `${KEYS.join('\n')}\n` } });
  });

  it('are the same when PVE has stored them encoded on one line', () => {
    expect(apply({ keys: KEYS }, stored).changes).to.deep.equal([]);
  });

  it('are the same with spaces or newlines around them', () => {
    expect(apply({ keys: KEYS.map(key => ` ${key}\n`) }, stored).changes).to.deep.equal([]);
  });

  it('are set again when one is added', () => {
    const [change] = apply({ keys: KEYS }, `sshkeys: ${encodeURIComponent(KEYS[0]!)}%0A\n`).changes;

    expect(change).to.deep.equal({ key: 'sshkeys', before: KEYS[0], after: KEYS.join('\n') });
  });

  it('that are stored stay when none are wanted, because an empty file would corrupt the configuration', () => {
    expect(apply({ keys: [] }, stored).changes).to.deep.equal([]);
    expect(apply({ keys: ['', ' '] }, stored).changes).to.deep.equal([]);
  });

  it('that are stored badly are set anew', () => {
    expect(apply({ keys: KEYS }, 'sshkeys: %E0%A4%A\n').properties).to.have.property('sshkeys');
  });
});

describe('a password', () => {
  const hash = '$5$0tOMUZqT$iE/JwG.Ch62jJhey7.pS4JiUmGUNVfrywpEwsc1CBk4';

  it('is the same when its hash is stored', () => {
    expect(apply({ passwordHash: hash }, VM).changes).to.deep.equal([]);
  });

  it('goes as a secret and its hash stays out of the diff', () => {
    const { changes, properties } = apply({ passwordHash: '$5$new$hash' }, VM);

    expect(properties).to.deep.equal({ cipassword: { secret: '$5$new$hash' } });
    expect(JSON.stringify(changes)).to.not.contain('$5$');
  });

  it('that is new is told from one that replaces another', () => {
    const before = (config: string) => apply({ passwordHash: '$5$new$hash' }, config).changes[0]?.before;

    expect(before('')).to.equal(undefined);
    expect(before(VM)).to.equal('(hidden)');
  });

  it('that is stored stays when none is given', () => {
    expect(apply({}, VM).changes).to.deep.equal([]);
  });
});

describe('a cloud-init drive', () => {
  const slot = (config: string): string[] => Object.keys(apply({ driveStorage: 'local' }, config).properties);

  it('sits at the end of SCSI, which every cloud kernel can see and where nobody puts a disk', () => {
    expect(apply({ driveStorage: 'local' }, 'scsi0: local:200/vm-200-disk-0.raw\n')).to.deep.include({
      properties: { scsi30: 'local:cloudinit' },
      addsDrive: true,
    });
  });

  it('takes the last slot that is free', () => {
    expect(slot('scsi0: a:1\nscsi30: a:2\nscsi29: a:3\n')).to.deep.equal(['scsi28']);
  });

  it('sits on SATA for Windows, which knows no virtio by itself', () => {
    expect(slot('ostype: win11\nscsi0: a:1\n')).to.deep.equal(['sata5']);
  });

  it('stays where an older run or another hand has put it', () => {
    expect(slot('scsi1: local:200/vm-200-cloudinit.qcow2,media=cdrom\n')).to.deep.equal([]);
    expect(slot('ide2: local:200/vm-200-cloudinit.qcow2,media=cdrom\n')).to.deep.equal([]);
  });

  it('falls back to IDE when SCSI is full', () => {
    const full = Array.from({ length: 31 }, (_, index) => `scsi${index}: a:${index}\n`).join('');

    expect(slot(full)).to.deep.equal(['ide2']);
  });

  it('that is there stays where it is', () => {
    expect(slot('ide2: local:100/vm-100-cloudinit.qcow2,media=cdrom\n')).to.deep.equal([]);
  });

  it('is not added when none is asked for', () => {
    expect(apply({}, '').properties).to.deep.equal({});
  });
});

describe('snippets in cicustom', () => {
  const vendor = snippetFor({ vmid: 200, id: NEW_ID }, 'vendor', LOCAL!, 'text');
  const ours = 'vendor=local:snippets/proxmox-role-200-0c0ffee0-vendor.yaml';

  it('are named when they are wanted', () => {
    expect(apply({ snippets: [vendor] }, '').properties).to.deep.equal({ cicustom: ours });
    expect(apply({ snippets: [vendor] }, `cicustom: ${ours}\n`).changes).to.deep.equal([]);
  });

  it('stand beside those of the user', () => {
    expect(
      apply({ snippets: [vendor] }, 'cicustom: user=local:snippets/mine.yaml\n').properties,
    ).to.deep.equal({
      cicustom: `user=local:snippets/mine.yaml,${ours}`,
    });
  });

  it('that are ours leave when they are no longer wanted', () => {
    expect(apply({}, `cicustom: ${ours}\n`).properties).to.deep.equal({ delete: ['cicustom'] });
  });

  it('of the user stay when ours leave', () => {
    expect(apply({}, `cicustom: ${ours},user=local:snippets/mine.yaml\n`).properties).to.deep.equal({
      cicustom: 'user=local:snippets/mine.yaml',
    });
  });

  it('of the user alone are never touched, in whatever order they stand', () => {
    const own = 'cicustom: vendor=local:snippets/v.yaml,user=local:snippets/u.yaml\n';

    expect(apply({}, own).changes).to.deep.equal([]);
  });

  it('that were copied from a template are replaced', () => {
    expect(
      apply({ snippets: [vendor] }, 'cicustom: vendor=local:snippets/proxmox-role-9000-vendor.yaml\n')
        .properties,
    ).to.deep.equal({ cicustom: ours });
  });
});

describe('the text of an address', () => {
  it('has the gateway of a static address', () => {
    expect(addressText({ ip: '192.0.2.10/24', gw: '192.0.2.1' })).to.equal('ip=192.0.2.10/24,gw=192.0.2.1');
  });

  it('has no gateway without a static address, because PVE refuses it', () => {
    expect(addressText({ ip: 'dhcp', gw: '192.0.2.1' })).to.equal('ip=dhcp');
    expect(addressText({ gw: '192.0.2.1' })).to.equal(undefined);
    expect(addressText({ ip6: 'auto', gw6: '2001:db8::1' })).to.equal('ip6=auto');
  });

  it('has both families', () => {
    expect(addressText({ ip: 'dhcp', ip6: '2001:db8::10/64', gw6: '2001:db8::1' })).to.equal(
      'ip=dhcp,ip6=2001:db8::10/64,gw6=2001:db8::1',
    );
  });

  it('is absent when nothing is said', () => {
    expect(addressText({})).to.equal(undefined);
  });
});

describe('the address of a further device', () => {
  it('is taken as `qm` takes it, or made of a dictionary', () => {
    expect(deviceAddress('ip=10.0.0.5/24')).to.equal('ip=10.0.0.5/24');
    expect(deviceAddress({ ip: '10.0.0.5/24', gw: '10.0.0.1', ip6: 'auto' })).to.equal(
      'ip=10.0.0.5/24,gw=10.0.0.1,ip6=auto',
    );
    expect(deviceAddress({ ip6: 'dhcp' })).to.equal('ip6=dhcp');
  });
});
