import { expect } from 'chai';
import { readMarker, withMarker } from '../../pve/vms/marker.ts';
import { UserError } from '../../sdk/error.ts';
import { qmOf, type QmProperties } from '../../sdk/step.ts';
import { storageOf } from '../../pve/import/wish.ts';
import { importNotices, importReport, planImport, type Observed, type Wanted } from './plan.ts';
import { GIB, DIR, NO_IMAGES, OFF, wanted, vm, observed } from './scene.fixture.ts';

const steps = (more: Partial<Wanted> = {}, config = '', seen: Partial<Observed> = {}) =>
  planImport({ ...wanted, ...more }, observed(config, seen)).flat();

const properties = (...args: Parameters<typeof steps>): readonly QmProperties[] =>
  steps(...args).map(({ action }) => qmOf(action)?.properties ?? {});

const describedBy = (...args: Parameters<typeof steps>): string => {
  const description = properties(...args)[0]?.['description'];
  return typeof description === 'string' ? description : '';
};

const FROM_IMAGE = `description: ${encodeURIComponent(withMarker('', { vmid: 200, image: 'noble.img' }))}\n`;

describe('a disk that is missing', () => {
  it('is imported, attached and made the boot disk in one call', () => {
    const [first] = properties();

    expect(first).to.deep.include({
      scsi0: 'local-lvm:0,import-from=/var/lib/vz/template/iso/noble.img',
      boot: 'order=scsi0',
    });
  });

  it('brings the cloud-init drive in the same call where the VM has none', () => {
    const drive = { cloud_init_drive: true };

    expect(properties(drive)[0]).to.include({ scsi30: 'local-lvm:cloudinit' });
    expect(properties({ ...drive, disk: 'scsi30' })[0]).to.include({ scsi29: 'local-lvm:cloudinit' });
    expect(properties(drive, 'ide2: local-lvm:vm-200-cloudinit,media=cdrom\n')[0]).not.to.have.any.keys(
      'scsi1',
      'scsi30',
    );
    expect(properties()[0]).not.to.have.any.keys('scsi1', 'scsi30');
  });

  it('has the storage, the size and the options that its entry says, over those of all disks', () => {
    const disks = { scsi0: 'files:32,discard=on,serial=os,format=qcow2,cache=none' };
    const wish: Partial<Wanted> = { disks, cache: 'writeback', ssd: true, format: 'raw' };
    const [set, resize] = properties(wish, '', { storage: DIR });

    expect(storageOf({ ...wanted, ...wish })).to.equal('files');
    expect(set?.['scsi0']).to.equal(
      'files:0,import-from=/var/lib/vz/template/iso/noble.img,format=qcow2,cache=none,ssd=1,discard=on,serial=os',
    );
    expect(resize).to.deep.equal({ disk: 'scsi0', size: '32G' });
  });

  it('is as large as the image and the increase where the entry is only the default of the role', () => {
    const disks = { scsi0: 'local-lvm:32,format=raw' };

    expect(properties({ disks })).to.deep.equal(properties());
  });

  it('can be on any bus', () => {
    expect(properties({ disk: 'virtio0' })[0]).to.include({ boot: 'order=virtio0' });
  });

  it('is never a volume that is there', () => {
    expect(() => properties({ disks: { scsi0: 'local-lvm:vm-200-disk-3' } })).to.throw(
      UserError,
      'names a volume or an image of its own',
    );
  });

  it('is noted with its image, digest and target size', () => {
    const description = describedBy({ size_increase: '+5G' }, '#my notes\n');

    expect(description).to.match(/^my notes\n/);
    expect(readMarker(description, 200)).to.deep.equal({
      vmid: 200,
      adopted: true,
      image: 'noble.img',
      digest: 'sha256:ab',
      diskSize: 7 * GIB,
      disks: { scsi0: 7 * GIB },
    });
  });

  it('is noted without a digest when nobody verified the image', () => {
    const description = describedBy({}, '', { digest: undefined });

    expect(readMarker(description, 200)).to.not.have.property('digest');
  });

  it('takes no marker over that was copied from another VM', () => {
    const copied = withMarker('notes', { vmid: 9000, clonedFrom: 1 }).replace('\n', '\n#');
    const description = describedBy({}, `#${copied}\n`);

    expect(readMarker(description, 200)).to.not.have.property('clonedFrom');
  });

  it('grows by the increase in a second call', () => {
    expect(steps({ size_increase: '+5G' })[1]).to.deep.equal({
      summary: 'grow scsi0 from 2G to 7G',
      action: { kind: 'qm', verb: 'resize', vmid: 200, properties: { disk: 'scsi0', size: '7G' } },
      changes: [{ key: 'scsi0 size', before: '2G', after: '7G', effect: 'live' }],
    });
  });

  it('grows to the wanted size, which wins over the increase', () => {
    expect(properties({ size_increase: '+5G', size: '32G' })[1]).to.include({ size: '32G' });
  });

  it('is not grown when it is large enough', () => {
    expect(properties({ size: '1G' })).to.have.lengthOf(1);
    expect(properties({ size: '2G' })).to.have.lengthOf(1);
    expect(properties()).to.have.lengthOf(1);
  });

  it('has the format that is wanted on a file storage only', () => {
    const files = { storage: 'files', format: 'qcow2' } as const;

    expect(properties(files, '', { storage: DIR })[0]?.['scsi0']).to.match(/,format=qcow2$/);
    expect(properties({ format: 'qcow2' })[0]?.['scsi0']).to.not.contain('format');
  });

  it('has the cache mode and the slot that are wanted', () => {
    expect(properties({ cache: 'writeback', disk: 'virtio1' })[0]).to.include({
      virtio1: 'local-lvm:0,import-from=/var/lib/vz/template/iso/noble.img,cache=writeback',
      boot: 'order=virtio1',
    });
  });

  it('leaves a boot order alone that has it already, as the user may want it', () => {
    expect(properties({}, 'boot: order=scsi0;net0\n')[0]?.['boot']).to.equal(undefined);
    expect(properties({}, 'boot: order=net0\n')[0]).to.include({ boot: 'order=scsi0' });
    expect(properties({}, 'boot: \n')[0]).to.include({ boot: 'order=scsi0' });
  });

  it('is planned in check mode although the image is yet to be fetched', () => {
    const sizes = (more: Parameters<typeof steps>[0]): unknown =>
      steps(more, '', { image: undefined, checkMode: true }).map(
        ({ changes = [] }) => changes.find(({ key }) => key === 'scsi0 size')?.after,
      );

    expect(sizes({ size: '32G' })).to.deep.equal(['32G']);
    expect(sizes({ size_increase: '+5G' })).to.deep.equal(['that of the image +5G']);
  });
});

describe('an import that cannot be', () => {
  const refusals: readonly (readonly [string, Partial<Observed>, string])[] = [
    ['', { storage: undefined }, 'into storage "local-lvm": there is no such storage'],
    [
      '',
      { storage: NO_IMAGES },
      'it does not hold disk images; it holds iso, vztmpl; allow them with `pvesm set noimages --content iso,vztmpl,images`',
    ],
    ['', { storage: OFF }, 'it is disabled or not for node pve01'],
    ['', { image: undefined }, 'there is no such file; fetch it first, for example with --tags image'],
    ['template: 1\n', {}, 'it is a template without scsi0'],
    ['', { free: 0 }, 'the disk needs 5M, and the storage has 0 free; free some space there'],
    ['', { path: '/srv/a,format=raw.img' }, 'has a comma'],
    ['lock: backup\n', {}, 'is locked (backup)'],
  ];
  for (const [config, seen, why] of refusals) {
    it(`is refused: ${why}`, () => expect(() => steps({}, config, seen)).to.throw(UserError, why));
  }

  it('is refused for a VM that does not exist', () => {
    expect(() => steps({}, '', { vm: { ...vm(''), record: undefined } })).to.throw(
      UserError,
      '--tags vm,create',
    );
  });
});

describe('a disk that is attached', () => {
  const disk = (size: string): string => `scsi0: local-lvm:vm-200-disk-0,size=${size}\n`;
  const noted = (diskSize: number): string =>
    `#${encodeURIComponent(withMarker('', { vmid: 200, diskSize })).replaceAll('%20', ' ')}\n`;

  it('is never replaced, even if it came from another image', () => {
    expect(steps({}, disk('8G'), { image: undefined })).to.deep.equal([]);
  });

  it('is not grown by an increase again', () => {
    expect(steps({ size_increase: '+5G' }, disk('7G') + noted(7 * GIB), { image: undefined })).to.deep.equal(
      [],
    );
    expect(steps({ size_increase: '+50G' }, disk('7G'), { image: undefined })).to.deep.equal([]);
  });

  it('is grown to what was noted when a run died after the import', () => {
    expect(
      properties({ size_increase: '+5G' }, disk('2G') + noted(7 * GIB), { image: undefined }),
    ).to.deep.equal([{ disk: 'scsi0', size: '7G' }]);
  });

  it('is grown to the wanted size', () => {
    expect(properties({ size: '16G' }, disk('8G'), { image: undefined })).to.deep.equal([
      { disk: 'scsi0', size: '16G' },
    ]);
  });

  it('tells what an interrupted import may have left, and that nothing proves it', () => {
    const remains = {
      verb: 'set' as const,
      since: '2026-11-26',
      isBusy: false,
      volumes: [],
      doubtful: ['local:200/a.raw'],
    };
    const [warning] = importNotices(wanted, observed('', { vm: { ...vm(''), remains } })).warnings ?? [];

    expect(warning).to.contain('local:200/a.raw').and.to.contain('pvesm free');
  });

  it('is never shrunk, and the user is told', () => {
    const ours = disk('8G') + FROM_IMAGE;
    expect(steps({ size: '4G' }, ours, { image: undefined })).to.deep.equal([]);
    expect(importNotices({ ...wanted, size: '4G' }, observed(ours)).warnings).to.deep.equal([
      'scsi0 of VM 200 has 8G, more than the wanted 4G: a disk is never shrunk',
    ]);
    expect(importNotices({ ...wanted, size: '8G' }, observed(ours))).to.deep.equal({});
    expect(importNotices({ ...wanted, size: '8G' }, observed())).to.deep.equal({});
    expect(importNotices(wanted, observed(ours))).to.deep.equal({});
  });

  it('of a template is refused to grow', () => {
    const base = 'template: 1\nscsi0: local-lvm:base-200-disk-0,size=8G\n';

    expect(() => steps({ size: '16G' }, base, { image: undefined })).to.throw(UserError, 'it is a template');
    expect(steps({ size: '8G' }, base, { image: undefined })).to.deep.equal([]);
  });

  it('is left alone when its size is not known', () => {
    expect(steps({ size: '16G' }, 'scsi0: local-lvm:vm-200-disk-0\n', { image: undefined })).to.deep.equal(
      [],
    );
  });

  it('needs neither its storage nor its image any more', () => {
    expect(steps({}, disk('8G'), { image: undefined, storage: undefined })).to.deep.equal([]);
  });

  it('is reported with its volume and size', () => {
    expect(importReport(wanted, observed(disk('8G')))).to.deep.equal({
      disk: 'scsi0',
      volume: 'local-lvm:vm-200-disk-0',
      size: '8G',
      is_image: false,
    });
    expect(importReport(wanted, observed())).to.deep.equal({ disk: 'scsi0' });
  });
});

describe('a VM that somebody else has made', () => {
  const THEIRS = 'virtio0: local-lvm:vm-200-disk-0,size=8G\nboot: order=virtio0\n';
  const warnings = (config: string) => importNotices(wanted, observed(config)).warnings;

  it('is not made to boot another disk than its own, and is told not to be the image', () => {
    expect(steps({}, THEIRS)).to.deep.equal([]);
    expect(warnings(THEIRS)).to.deep.equal([
      'virtio0 of VM 200 (web-01) is not the image, for this role imported none: nothing vouches for what the VM boots, ' +
        'and it stays as it is; choose another VMID for a VM of the image',
    ]);
  });

  it('is told not to be the image where it has a disk in the same place', () => {
    const config = 'scsi0: local-lvm:vm-200-disk-0,size=8G\nscsi1: none,media=cdrom\n';

    expect(steps({}, config)).to.deep.equal([]);
    expect(warnings(config)?.[0]).to.match(/^scsi0 of VM 200 \(web-01\) is not the image/);
    expect(importReport(wanted, observed(config))).to.include({ is_image: false });
  });

  it('gets the image where it has no disk, and is noted as found', () => {
    const empty = 'ide2: none,media=cdrom\n';

    expect(readMarker(describedBy({}, empty), 200)).to.include({ adopted: true, image: 'noble.img' });
    expect(warnings(empty)).to.equal(undefined);
  });

  it('of ours is the image that it was made from', () => {
    const ours = `scsi0: local-lvm:vm-200-disk-0,size=8G\n${FROM_IMAGE}`;

    expect(warnings(ours)).to.equal(undefined);
    expect(importReport(wanted, observed(ours))).to.include({ is_image: true });
  });
});
