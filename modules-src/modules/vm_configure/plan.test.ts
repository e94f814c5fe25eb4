import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/fixtures/model-node.ts';
import type { FoundVm } from '../../pve/own-vm.ts';
import { parseVmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import { planCreate } from '../vm_create/plan.ts';
import { pendingSettings, planConfigure, type Wanted } from './plan.ts';
import { anyWishes } from './wishes.fixture.ts';

const wanted: Wanted = { vmid: 200, name: 'web-01', disk_storage: 'local-lvm' };

const found = (config: string, more: Partial<FoundVm> = {}): FoundVm => ({
  record: { vmid: 200, node: 'pve01', kind: 'qemu', config: parseVmConfig(`name: web-01\n${config}`) },
  localNode: 'pve01',
  running: false,
  assumed: false,
  ...more,
});

const plan = (more: Partial<Wanted>, config: string): readonly Lane[] =>
  planConfigure({ ...wanted, ...more }, found(config));

describe('a VM whose settings differ', () => {
  it('gets all differences in one call', () => {
    expect(plan({ memory: 4096, cores: 2, onboot: true }, 'memory: 2048\ncores: 2\n')).to.deep.equal([
      [
        {
          summary: 'set memory, onboot of VM 200 (web-01)',
          action: { kind: 'qm', verb: 'set', vmid: 200, properties: { memory: '4096', onboot: '1' } },
          changes: [
            { key: 'memory', before: '2048', after: '4096' },
            { key: 'onboot', before: undefined, after: '1' },
          ],
        },
      ],
    ]);
  });

  it('gets a disk that is missing', () => {
    const [[step] = []] = plan({ disks: { scsi1: 'tank:8' } }, 'scsi0: local-lvm:vm-200-disk-0,size=8G\n');

    expect(step?.action).to.deep.include({ properties: { scsi1: 'tank:8' } });
  });

  it('may be a template, as long as no disk is added', () => {
    expect(plan({ memory: 4096 }, 'template: 1\n')).to.have.lengthOf(1);
  });
});

describe('a VM that needs nothing', () => {
  it('is one whose settings say what is wanted', () => {
    expect(plan({ memory: 2048, tags: ['a'] }, 'memory: 2048\ntags: a\nargs: -mine\n')).to.deep.equal([]);
  });

  it('is one whose disks are there, whatever they hold', () => {
    expect(
      plan(
        { disks: { scsi0: 'tank:100' }, uefi: true, bios: 'ovmf', machine: 'q35' },
        'bios: ovmf\nmachine: q35\nscsi0: local-lvm:vm-200-disk-0,size=8G\nefidisk0: local:200/x.raw,size=528K\n',
      ),
    ).to.deep.equal([]);
  });

  it('is one that check mode takes as made by the stage before', () => {
    expect(planConfigure({ ...wanted, memory: 4096 }, found('', { assumed: true }))).to.deep.equal([]);
  });

  it('is one whose values wait for its next start', () => {
    expect(plan({ memory: 4096 }, 'memory: 2048\n\n[PENDING]\nmemory: 4096\n')).to.deep.equal([]);
  });
});

describe('what cannot be configured', () => {
  it('is a VM that does not exist', () => {
    expect(() => planConfigure(wanted, { ...found(''), record: undefined })).to.throw(
      UserError,
      '--tags vm,create',
    );
  });

  it('is a VM of another name', () => {
    expect(() => planConfigure({ ...wanted, name: 'db-01' }, found(''))).to.throw(
      UserError,
      'is named "web-01"',
    );
  });

  it('is a VM on another node', () => {
    expect(() => planConfigure({ ...wanted, memory: 4096 }, { ...found(''), localNode: 'pve02' })).to.throw(
      UserError,
      'set proxmox_vm_node: pve01',
    );
  });

  it('is a locked VM', () => {
    expect(() => plan({ memory: 4096 }, 'lock: backup\n')).to.throw(UserError, 'is locked (backup)');
  });

  it('is a template that shall get a disk, which its clones would lack', () => {
    expect(() => plan({ disks: { scsi1: 'tank:8' }, tpm: true }, 'template: 1\n')).to.throw(
      UserError,
      'cannot add tpmstate0, scsi1 to VM 200 (web-01): it is a template',
    );
  });
});

describe('settings that wait for a restart', () => {
  it('are told with what is and what will be', () => {
    const config = 'memory: 2048\n\n[PENDING]\nmemory: 4096\nagent: 1\ncores: 8\n';

    expect(pendingSettings({ ...wanted, memory: 4096, agent: true }, found(config))).to.deep.equal([
      { key: 'memory', current: '2048', pending: '4096' },
      { key: 'agent', current: '', pending: '1' },
    ]);
  });

  it('are none for a VM that does not exist', () => {
    expect(pendingSettings(wanted, { ...found(''), record: undefined })).to.deep.equal([]);
  });
});

describe('for any wishes and any VM', () => {
  for (const running of [false, true]) {
    it(`one call leaves nothing to do${running ? ' while the VM runs' : ''}`, () => {
      fc.assert(
        fc.property(anyWishes, anyWishes, (before, after) => {
          const node = modelNode();
          performSteps(node, planCreate(before, { ...found(''), record: undefined }).flat());
          if (running) node.running.add(200);
          const observed = (): FoundVm => {
            const config = parseVmConfig(node.configs.get(200) ?? '');
            return { ...found(''), running, record: { vmid: 200, node: 'pve01', kind: 'qemu', config } };
          };
          performSteps(node, planConfigure(after, observed()).flat());

          expect(planConfigure(after, observed())).to.deep.equal([]);
        }),
      );
    });
  }
});
