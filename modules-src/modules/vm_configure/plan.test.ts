import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import type { FoundVm } from '../../pve/vms/ownership.ts';
import { parseVmConfig } from '../../pve/text/vm-config.ts';
import type { Notices } from '../../sdk/define-module.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';
import { planCreate } from '../vm_create/plan.ts';
import { configureNotices, configureReport } from './notices.ts';
import { planConfigure, type Wanted } from './plan.ts';
import { anyWantedVm } from './wanted.fixture.ts';

const wanted: Wanted = {
  vmid: 200,
  name: 'web-01',
  disk_storage: 'local-lvm',
  apply: 'live',
  shutdown_timeout: 60,
};

const found = (config: string, more: Partial<FoundVm> = {}): FoundVm =>
  foundVm(`name: web-01\n${config}`, more);

const OURS = 'description: <!-- proxmox-role%3A {"vmid"%3A200} -->\n';

const plan = (more: Partial<Wanted>, config: string): readonly Lane[] =>
  planConfigure({ ...wanted, ...more }, found(config));

describe('a VM that somebody else has made', () => {
  const assumed = { memory: 2048, onboot: true, networks: { net0: 'virtio,bridge=vmbr0' } };
  const set = (more: Partial<Wanted>, config: string) => plan({ assumed, ...assumed, ...more }, config);

  it('is not brought to defaults that nobody said', () => {
    expect(set({}, 'memory: 512\n')).to.deep.equal([]);
  });

  it('takes what was said', () => {
    expect(
      set({ memory: 4096 }, 'memory: 512\n')
        .flat()
        .map(({ summary }) => summary),
    ).to.deep.equal(['set memory of VM 200 (web-01)']);
  });

  it('is shown with what is changed of it, and only when something is', () => {
    const wishes = { ...wanted, assumed, ...assumed, memory: 4096, onboot: false };
    const before = found('memory: 512\nonboot: 1\n');
    const after = found('memory: 4096\n');

    expect(configureNotices(wishes, after, before).warnings).to.deep.equal([
      'VM 200 (web-01) was not made by this role; the variables change memory (512 -> 4096), onboot (1 -> 0) of it, ' +
        'and what none of them says stays as it is',
    ]);
    expect(configureNotices(wishes, after, after).warnings).to.deep.equal([]);
  });

  it('that was only given its disk by us is still not brought to the defaults', () => {
    const adopted = 'memory: 512\ndescription: <!-- proxmox-role%3A {"vmid"%3A200,"adopted"%3Atrue} -->\n';

    expect(set({}, adopted)).to.deep.equal([]);
  });

  it('that is ours is brought to the defaults, too', () => {
    expect(set({}, `memory: 512\n${OURS}`)).to.not.deep.equal([]);
  });
});

describe('a VM whose settings differ', () => {
  it('gets all differences in one call', () => {
    expect(plan({ memory: 4096, cores: 2, onboot: true }, 'memory: 2048\ncores: 2\n')).to.deep.equal([
      [
        {
          summary: 'set memory, onboot of VM 200 (web-01)',
          action: { kind: 'qm', verb: 'set', vmid: 200, properties: { memory: '4096', onboot: '1' } },
          changes: [
            { key: 'memory', before: '2048', after: '4096', effect: 'live' },
            { key: 'onboot', before: undefined, after: '1', effect: 'live' },
          ],
        },
      ],
    ]);
  });

  it('shows the notes as they were written, without our marker', () => {
    const [[step] = []] = plan({ description: 'new' }, '#old\n');

    expect(step?.changes).to.deep.equal([
      { key: 'description', before: 'old', after: 'new', effect: 'live' },
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
      `set ${optionName('node')}: pve01`,
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

  it('is a template whose disk shall grow', () => {
    const config = 'template: 1\nscsi1: tank:base-200-disk-0,size=4G\n';

    expect(() => plan({ disks: { scsi1: 'tank:8' } }, config)).to.throw(
      UserError,
      'cannot grow scsi1 of VM 200',
    );
  });
});

const verbs = (lanes: readonly Lane[]): string[] =>
  lanes.flat().map(({ action }) => {
    if (action.kind !== 'qm') return action.kind;
    const names = Object.keys(action.properties).filter(name => name !== 'timeout');
    return [action.verb, ...names].join(' ');
  });

const running = (more: Partial<Wanted>, config: string): readonly Lane[] =>
  planConfigure({ ...wanted, ...more }, found(config, { running: true }));

describe('a VM that runs', () => {
  const old = 'memory: 2048\nmachine: pc\n';
  const wishes = { memory: 4096, onboot: true, machine: 'q35' };

  for (const [apply, calls] of [
    ['live', ['set memory onboot']],
    ['reboot', ['set memory onboot', 'reboot']],
    ['stop', ['shutdown forceStop', 'set memory onboot machine', 'start']],
  ] as const) {
    it(`gets as far as ${apply} goes`, () => {
      const sorted = verbs(running({ ...wishes, apply }, old)).map(call =>
        call.startsWith('set')
          ? `set ${['memory', 'onboot', 'machine'].filter(key => call.includes(key)).join(' ')}`
          : call,
      );

      expect(sorted).to.deep.equal(calls);
    });
  }

  it('is not restarted for what it takes at once', () => {
    expect(verbs(running({ tags: ['a'], apply: 'stop' }, ''))).to.deep.equal(['set tags']);
  });

  it('is restarted for what an earlier run left to the next start', () => {
    const config = 'memory: 2048\n\n[PENDING]\nmemory: 4096\n';

    expect(verbs(running({ memory: 4096 }, config))).to.deep.equal([]);
    expect(verbs(running({ memory: 4096, apply: 'reboot' }, config))).to.deep.equal(['reboot']);
    expect(verbs(running({ memory: 4096, apply: 'stop' }, config))).to.deep.equal([
      'shutdown forceStop',
      'start',
    ]);
  });

  it('is not restarted for what somebody else left to the next start', () => {
    expect(verbs(running({ cores: 1, apply: 'stop' }, '\n[PENDING]\nargs: -x\n'))).to.deep.equal([]);
  });

  it('takes everything at once when it is stopped', () => {
    expect(verbs(plan({ ...wishes, apply: 'live' }, old))).to.deep.equal(['set memory onboot machine']);
  });
});

describe('a CD drive', () => {
  it('that is added leaves a declared boot order as it is', () => {
    const wishes = { boot_order: 'order=scsi0', disks: { ide2: 'none,media=cdrom' } };

    expect(verbs(plan(wishes, 'boot: order=scsi0\n'))).to.deep.equal(['set ide2', 'set boot']);
    expect(verbs(plan({ disks: wishes.disks }, 'boot: order=scsi0\n'))).to.deep.equal(['set ide2']);
  });
});

describe('a disk that is there', () => {
  const config = 'scsi0: local-lvm:vm-200-disk-0,size=8G\nscsi1: local-lvm:vm-200-disk-1,size=8G\n';

  it('takes options and grows', () => {
    expect(verbs(plan({ disks: { scsi1: 'local-lvm:16,ssd=1' } }, config))).to.deep.equal([
      'resize disk size',
      'set scsi1',
    ]);
  });

  it('of a cloud image takes the options that are declared for it', () => {
    const [[step] = []] = plan({ image_disk: 'scsi0', disk_cache: 'none', disk_discard: 'on' }, config);

    expect(step?.action).to.deep.include({
      properties: { scsi0: 'local-lvm:vm-200-disk-0,size=8G,cache=none,discard=on' },
    });
  });
});

type Told = Notices & Readonly<Record<string, unknown>>;

describe('what is left alone', () => {
  const told = (more: Partial<Wanted>, config: string, isRunning = true): Told => {
    const wishes = { ...wanted, ...more };
    const vm = found(OURS + config, { running: isRunning });
    return { ...configureNotices(wishes, vm, vm), ...configureReport(wishes, vm) };
  };

  it('is told with what is and what will be at the next start', () => {
    const config = 'memory: 2048\nargs: -x\n\n[PENDING]\nmemory: 4096\nagent: 1\ncores: 8\ndelete: args\n';

    const {
      pending,
      lines,
      warnings = [],
    } = told({ memory: 4096, agent: 'true', extra_config: { args: '' } }, config);

    expect(pending).to.deep.equal([
      { key: 'memory', current: '2048', pending: '4096' },
      { key: 'agent', current: '', pending: '1' },
      { key: 'args', current: '-x', pending: '' },
    ]);
    expect(lines).to.deep.equal([
      'memory: 2048 now, 4096 from its next start',
      'agent: unset now, 1 from its next start',
      'args: -x now, unset from its next start',
    ]);
    expect(warnings.join()).to.contain(`${optionName('apply')}: reboot`);
  });

  it('is told with the way to stop the VM for it', () => {
    const { waiting, lines, warnings = [] } = told({ machine: 'q35' }, '');

    expect(waiting).to.deep.equal([{ key: 'machine', current: '', wanted: 'q35' }]);
    expect(lines).to.deep.equal([`machine: unset now; q35 needs a stop (${optionName('apply')}: stop)`]);
    expect(warnings.join()).to.contain(`${optionName('apply')}: stop`);
    expect(told({ machine: 'q35' }, '', false).warnings).to.deep.equal([]);
  });

  it('is told where it would lose data', () => {
    const { refused, warnings } = told({ disks: { scsi1: 'tank:4' } }, 'scsi1: tank:vm-200-disk-0,size=8G\n');

    expect(refused).to.deep.equal([
      { key: 'scsi1', reason: 'has 8G, more than the wanted 4G: it is never shrunk' },
    ]);
    expect(warnings).to.have.lengthOf(1);
  });

  it('is nothing for a VM that does not exist', () => {
    const none = { ...found(''), record: undefined };
    expect(configureNotices(wanted, none, none)).to.deep.equal({
      pending: [],
      warnings: [],
    });
  });
});

describe('for any wishes and any VM', () => {
  for (const running of [false, true]) {
    it(`one call leaves nothing to do${running ? ' while the VM runs' : ''}`, () => {
      fc.assert(
        fc.property(anyWantedVm, anyWantedVm, (before, after) => {
          const node = modelNode();
          performSteps(node, planCreate(before, { ...found(''), record: undefined, newId: NEW_ID }).flat());
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
