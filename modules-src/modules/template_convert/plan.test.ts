import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { foundVm, vmRecord } from '../../pve/vms/fixtures/found-vm.ts';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import { planConvert, type Wanted } from './plan.ts';

const wanted: Wanted = { vmid: 200, name: 'web-01', timeout: 180, apply: 'stop' };

/** Recorded of VM 100, with the VMID of this one. */
const fixture = (name: string): string =>
  readFileSync(new URL(`../../pve/text/fixtures/${name}.conf`, import.meta.url), 'utf8').replaceAll(
    /(?<=local:|vm-|base-)100(?=[/-])/g,
    '200',
  );

const found = (config: string, running = false): FoundVm => foundVm(config, { running });

const plan = (vm: FoundVm, more: Partial<Wanted> = {}, others: readonly VmRecord[] = []): readonly Lane[] =>
  planConvert({ ...wanted, ...more }, { vm, others, storages: [], imageDigest: undefined });

const summaries = (vm: FoundVm): string[] =>
  plan(vm)
    .flat()
    .map(step => step.summary);

describe('a VM that becomes a template', () => {
  it('is converted in one call', () => {
    expect(plan(found(fixture('vm')))).to.deep.equal([
      [
        {
          summary: 'make a template of VM 200 (web-01)',
          action: { kind: 'qm', verb: 'template', vmid: 200, properties: {} },
          changes: [{ key: 'template', before: undefined, after: '1' }],
        },
      ],
    ]);
  });

  it('is shut down first when it runs, and stopped when it does not obey', () => {
    const [[stop] = []] = plan(found(fixture('vm'), true));

    expect(stop?.action).to.deep.include({ verb: 'shutdown', properties: { timeout: 180, forceStop: true } });
    expect(summaries(found(fixture('vm'), true))).to.have.lengthOf(2);
  });

  it('is only shut down in an orderly way when no more is allowed, and left alone when nothing is', () => {
    const [[stop] = []] = plan(found(fixture('vm'), true), { apply: 'reboot' });

    expect(stop?.action).to.deep.include({ verb: 'shutdown', properties: { timeout: 180 } });
    expect(() => plan(found(fixture('vm'), true), { apply: 'live' })).to.throw(
      UserError,
      'it runs; shut it down',
    );
  });

  it('may have no disk at all', () => {
    expect(summaries(found('name: web-01\n'))).to.have.lengthOf(1);
  });

  it('is planned in check mode although it is yet to be made', () => {
    expect(summaries({ ...found('name: web-01\n'), assumed: true })).to.have.lengthOf(1);
  });
});

describe('a template that is whole', () => {
  it('is left alone', () => {
    expect(plan(found(fixture('template')))).to.deep.equal([]);
  });

  const drives: readonly string[] = [
    'scsi0: local-lvm:base-200-disk-0,size=8G',
    'scsi0: tank:base-200-disk-0,size=8G',
    'scsi0: local:100/base-100-disk-0.qcow2/200/base-200-disk-0.qcow2,size=8G',
    'ide2: local-lvm:vm-200-cloudinit,media=cdrom',
    'ide2: local:iso/debian.iso,media=cdrom',
    'ide2: none,media=cdrom',
    'unused0: local-lvm:vm-200-disk-7',
    'sata0: /dev/disk/by-id/ata-x',
  ];
  for (const drive of drives) {
    it(`may have ${drive}`, () =>
      expect(plan(found(`name: web-01\ntemplate: 1\n${drive}\n`))).to.deep.equal([]));
  }
});

describe('a template that is half made', () => {
  it('loses its flag, which PVE sets before it converts, and is converted', () => {
    const config = `${fixture('half-made-template')}name: web-01\n`;

    expect(
      plan(found(config))
        .flat()
        .map(({ action }) => action),
    ).to.deep.equal([
      { kind: 'qm', verb: 'set', vmid: 200, properties: { delete: ['template'] } },
      { kind: 'qm', verb: 'template', vmid: 200, properties: {} },
    ]);
  });

  for (const drive of [
    'efidisk0: local-lvm:vm-200-disk-0,size=4M',
    'tpmstate0: tank:vm-200-disk-1,size=4M',
    'scsi0: local:100/base-100-disk-0.qcow2/200/vm-200-disk-0.qcow2,size=8G',
    'scsi0: tank:base-100-disk-0/vm-200-disk-0,size=8G',
  ]) {
    it(`is one with ${drive}`, () =>
      expect(summaries(found(`name: web-01\ntemplate: 1\n${drive}\n`))).to.have.lengthOf(2));
  }
});

describe('what cannot become a template', () => {
  it('is a VM with snapshots, which are named', () => {
    const config = fixture('snapshot').replaceAll('name: sn', 'name: web-01');

    expect(() => plan(found(config))).to.throw(UserError, 'it has snapshots (s1); remove them');
  });

  it('is one with base images on which clones stand, which are named', () => {
    const clone = vmRecord(
      301,
      'name: c\nscsi0: local:200/base-200-disk-0.qcow2/301/vm-301-disk-0.qcow2\n',
      'pve02',
    );
    const half = found(
      'name: web-01\nscsi0: local:200/base-200-disk-0.qcow2\nscsi1: local:200/vm-200-disk-1.qcow2\n',
    );

    expect(() => plan(half, {}, [clone])).to.throw(UserError, 'base images of linked clones: c (301)');
    expect(plan(half).flat()).to.have.lengthOf(1);
  });

  it('is one with a disk of another VM, such as a data disk, on which all clones would stand', () => {
    const vm = found('name: web-01\nscsi2: local-lvm:vm-900-pgdata,size=20G\n');

    expect(() => plan(vm)).to.throw(UserError, 'qm set 200 --delete scsi2');
  });

  it('is a VM that does not exist', () => {
    expect(() => plan({ ...found(''), record: undefined })).to.throw(UserError, '--tags vm,create');
  });

  it('is a VM of another name', () => {
    expect(() => plan(found('name: db-01\n'))).to.throw(UserError, 'is named "db-01"');
  });

  it('is a VM with a lock', () => {
    expect(() => plan(found('name: web-01\nlock: backup\n'))).to.throw(UserError, 'is locked');
  });
});

describe('for any VM', () => {
  const drive = fc.constantFrom(
    'scsi0: local:200/vm-200-disk-0.qcow2,size=8G',
    'scsi1: local-lvm:vm-200-disk-1,size=8G',
    'scsi2: local-lvm:base-200-disk-2,size=8G',
    'efidisk0: tank:vm-200-disk-3,size=4M',
    'ide2: local:200/vm-200-cloudinit.qcow2,media=cdrom',
    'template: 1',
    'sata0: none,media=cdrom',
  );

  it('the steps leave a whole template, and nothing to do', () => {
    fc.assert(
      fc.property(fc.uniqueArray(drive), fc.boolean(), (lines, running) => {
        const node = modelNode({ 200: `name: web-01\n${lines.join('\n')}\n` });
        if (running) node.running.add(200);
        const look = (): FoundVm => found(node.configs.get(200) ?? '', node.running.has(200));
        performSteps(node, plan(look()).flat());

        expect(plan(look())).to.deep.equal([]);
        expect(look().record?.config.get('template')).to.equal('1');
      }),
    );
  });
});
