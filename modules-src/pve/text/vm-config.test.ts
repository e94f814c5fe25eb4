import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  cloudInitDriveKey,
  nextValues,
  drivenValues,
  driveKeys,
  isCdrom,
  isCloudInitDrive,
  isTemplate,
  parseVmConfig,
} from './vm-config.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}.conf`, import.meta.url), 'utf8');

describe('the configuration file of a VM', () => {
  it('gives every setting by its name', () => {
    const config = parseVmConfig(fixture('vm'));

    expect(config.get('name')).to.equal('web-01');
    expect(config.get('scsi0')).to.equal('local:200/vm-200-disk-2.qcow2,discard=on,size=1G,ssd=1');
    expect(config.get('nameserver')).to.equal('192.0.2.53 192.0.2.54');
  });

  it('decodes a description of several lines', () => {
    const config = parseVmConfig(fixture('encoded-description'));

    expect(config.get('description')).to.equal('line1\nline2 ä € 100% # colon: x');
  });

  it('decodes a description in the older form, one line with a key', () => {
    expect(parseVmConfig('description: two%0Alines\n').get('description')).to.equal('two\nlines');
  });

  it('takes a hand-written comment as it stands when it is not encoded', () => {
    expect(parseVmConfig('#100% mine\nmemory: 333\n').get('description')).to.equal('100% mine');
  });

  it('keeps an empty line inside a description', () => {
    expect(parseVmConfig('#a\n#\n#b\n').get('description')).to.equal('a\n\nb');
  });

  it('ignores lines that PVE would drop', () => {
    expect([...parseVmConfig(fixture('by-hand'))]).to.deep.equal([['memory', '333']]);
  });

  it('gives an empty value where a key stands alone', () => {
    expect(parseVmConfig('boot: \ntags:  \n').get('tags')).to.equal('');
  });

  it('keeps colons and number signs inside a value', () => {
    const config = parseVmConfig('args: -device virtio-rng,id=a:b #1\n');

    expect(config.get('args')).to.equal('-device virtio-rng,id=a:b #1');
  });

  it('is empty for an empty file', () => {
    expect([...parseVmConfig('')]).to.deep.equal([]);
  });

  it('shows what an interrupted creation left', () => {
    expect([...parseVmConfig(fixture('unfinished-create'))]).to.deep.equal([['lock', 'create']]);
  });
});

describe('sections of the configuration file', () => {
  it('names the snapshots and keeps their values out of the current ones', () => {
    const config = parseVmConfig(fixture('snapshot'));

    expect(config.snapshots).to.deep.equal(['s1']);
    expect(config.get('description')).to.equal(undefined);
    expect(config.get('snaptime')).to.equal(undefined);
  });

  it('keeps pending values apart from current ones', () => {
    const config = parseVmConfig(fixture('running-with-pending'));

    expect(config.get('agent')).to.equal(undefined);
    expect([...config.pending]).to.deep.equal([['agent', '1']]);
    expect(config.pendingDeletes).to.deep.equal(['ide2']);
  });

  it('takes neither the pending section nor the cloud-init record for a snapshot', () => {
    const config = parseVmConfig(fixture('running-with-pending'));

    expect(config.snapshots).to.deep.equal([]);
    expect(config.get('name')).to.equal('hotname');
  });

  it('lays pending values over current ones to tell what the next start brings', () => {
    const declared = nextValues(parseVmConfig(fixture('running-with-pending')));

    expect(declared.get('agent')).to.equal('1');
    expect(declared.get('ide2')).to.equal(undefined);
    expect(declared.get('memory')).to.equal('512');
  });

  it('reads a forced removal, which PVE marks with an exclamation mark', () => {
    const config = parseVmConfig('scsi1: local:1/a.raw\ncores: 2\n\n[PENDING]\ndelete: !scsi1,cores\n');

    expect(config.pendingDeletes).to.deep.equal(['scsi1', 'cores']);
    expect([...nextValues(config).keys()]).to.deep.equal([]);
  });
});

describe('drives of a VM', () => {
  it('are disks, CD-ROMs, EFI and TPM state, but neither controllers nor unused volumes', () => {
    const config = parseVmConfig(`${fixture('template')}unused0: local:200/vm-200-disk-9.raw\n`);

    expect(driveKeys(config)).to.deep.equal(['efidisk0', 'scsi0', 'scsi1', 'tpmstate0']);
  });

  it('include the cloud-init drive wherever it is attached', () => {
    expect(cloudInitDriveKey(parseVmConfig(fixture('vm')))).to.equal('scsi1');
    expect(cloudInitDriveKey(parseVmConfig(fixture('running-with-pending')))).to.equal('ide2');
    expect(cloudInitDriveKey(parseVmConfig(fixture('snapshot')))).to.equal(undefined);
  });

  const cloudInit = [
    'local:100/vm-100-cloudinit.qcow2,media=cdrom',
    'local-lvm:vm-100-cloudinit,media=cdrom,size=4M',
    'tank:vm-100-cloudinit,media=cdrom',
    'local:cloudinit',
  ];
  for (const drive of cloudInit) {
    it(`hold cloud-init in ${drive}`, () => expect(isCloudInitDrive(drive)).to.equal(true));
  }

  const others = ['local:100/vm-100-disk-0.qcow2,size=8G', 'none,media=cdrom', 'local:0,serial=cloudinit'];
  for (const drive of others) {
    it(`hold no cloud-init in ${drive}`, () => expect(isCloudInitDrive(drive)).to.equal(false));
  }

  it('are CD-ROMs by their media property alone', () => {
    expect(isCdrom('local:iso/debian.iso,media=cdrom')).to.equal(true);
    expect(isCdrom('media=cdrom,file=none')).to.equal(true);
    expect(isCdrom('local:100/vm-100-disk-0.raw,serial=media=cdroms')).to.equal(false);
  });
});

describe('a template', () => {
  it('is one by its flag', () => {
    expect(isTemplate(parseVmConfig(fixture('template')))).to.equal(true);
    expect(isTemplate(parseVmConfig(fixture('vm')))).to.equal(false);
    expect(isTemplate(parseVmConfig('template: 0\n'))).to.equal(false);
  });
});

describe('what the cloud-init drive of a running VM lacks', () => {
  const config = parseVmConfig(
    'ciuser: new\nname: web\nipconfig0: ip=dhcp\n\n[special:cloudinit]\nadded: ipconfig0,sshkeys\nciuser: old\nnameserver: 1.1.1.1\n',
  );

  it('is known from the section in which PVE keeps it', () => {
    expect([...config.outdatedCloudInit]).to.deep.equal([
      ['ciuser', 'old'],
      ['nameserver', '1.1.1.1'],
      ['ipconfig0', undefined],
      ['sshkeys', undefined],
    ]);
    expect(parseVmConfig('ciuser: new\n').outdatedCloudInit.size).to.equal(0);
  });

  it('is taken back for what the drive was made of', () => {
    expect(Object.fromEntries(drivenValues(config))).to.deep.equal({
      ciuser: 'old',
      name: 'web',
      nameserver: '1.1.1.1',
    });
  });
});
