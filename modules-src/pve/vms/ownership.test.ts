import { foundVm, vmRecord } from './fixtures/found-vm.ts';
import { described } from './fixtures/model-config.ts';
import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import { UserError } from '../../sdk/error.ts';
import { qm, type Step } from '../../sdk/step.ts';
import { assumedRecord, ownRecord, planOwnVm, type FoundVm } from './ownership.ts';
import type { VmRecord } from './guest.ts';
import { withMarker } from './marker.ts';

const web = { vmid: 200, name: 'web-01' };

const record = (config: string, more: Partial<VmRecord> = {}): VmRecord => ({
  ...vmRecord(200, config),
  ...more,
});

const SOMETHING: Step = { summary: 'change it', action: qm('set', 200, { memory: 1 }) };

const found = (record: VmRecord | undefined): FoundVm => ({ ...foundVm(undefined), record });

const refusal = (vm: VmRecord | undefined): string => {
  try {
    planOwnVm(web, found(vm), 'configure it', () => [[SOMETHING]]);
    return 'not refused';
  } catch (error) {
    return error instanceof UserError ? error.message : 'a bug';
  }
};

describe('a VM that is ours', () => {
  it('is one of our name on this node', () => {
    expect(planOwnVm(web, found(record('name: web-01\n')), 'x', () => [[SOMETHING]])).to.have.length(1);
  });

  it('is a generation of a template that has got its final name by another run, and not the one that gave it up', () => {
    const notes = described(withMarker('', { vmid: 200, generation: { family: 'web', number: 2 } }));
    const named = (asked: string, name: string) =>
      ownRecord({ vmid: 200, name: asked }, record(`${notes}name: ${name}\n`), 'x');

    expect(named('web-g2', 'web')).not.to.equal(undefined);
    expect(() => named('web', 'web-g2')).to.throw(UserError, 'is named "web-g2"');
    expect(() => named('web-g1', 'web')).to.throw(UserError, 'is named "web"');
  });

  it('may be taken as made by an earlier stage in check mode', () => {
    const assumed = { ...found(assumedRecord(web, 'pve01')), assumed: true };

    expect(
      planOwnVm(web, assumed, 'x', config => (config.get('name') === 'web-01' ? [] : [[SOMETHING]])),
    ).to.deep.equal([]);
  });

  it('may be missing where it is about to be made', () => {
    expect(ownRecord(web, undefined, 'x')).to.equal(undefined);
  });
});

describe('a VM that cannot be changed now', () => {
  const nothing = (vm: VmRecord) => planOwnVm(web, found(vm), 'configure it', () => [[]]);

  it('is left alone, on another node or under a backup, while nothing is to be done', () => {
    expect(nothing(record('name: web-01\n', { node: 'pve02' }))).to.deep.equal([[]]);
    expect(nothing(record('name: web-01\nlock: backup\n'))).to.deep.equal([[]]);
  });

  it('is refused all the same when a run left it unfinished', () => {
    expect(() => nothing(record('name: web-01\nlock: create\n'))).to.throw(UserError, 'an earlier run died');
  });
});

describe('what is not ours is refused', () => {
  it('a VM that does not exist, with the stage that makes it', () => {
    expect(refusal(undefined)).to.equal(
      'cannot configure it: VM 200 does not exist; create it first, for example with --tags vm,create',
    );
  });

  it('a VM of another name, with both names', () => {
    expect(refusal(record('name: db-01\n')))
      .to.contain('is named "db-01", not "web-01"')
      .and.contain('choose another VMID');
  });

  it('a VM without a name', () => {
    expect(refusal(record('memory: 512\n'))).to.contain('is named "VM 200", not "web-01"');
  });

  it('a VM whose name differs in case', () => {
    expect(refusal(record('name: Web-01\n'))).to.contain('is named "Web-01"');
  });

  it('a container', () => {
    expect(refusal(record('hostname: web-01\n', { kind: 'lxc' }))).to.contain(
      'the VMID of a container on node pve01',
    );
  });

  it('a VM on another node, with that node', () => {
    expect(refusal(record('name: web-01\n', { node: 'pve02' }))).to.contain(
      `set ${optionName('node')}: pve02`,
    );
  });
});

describe('a lock', () => {
  it('of a backup is waited for', () => {
    expect(refusal(record('lock: backup\nname: web-01\n')))
      .to.contain('is locked (backup)')
      .and.contain('wait until that task ends')
      .and.not.contain('destroy');
  });

  for (const lock of ['create', 'clone']) {
    it(`that an interrupted ${lock} left can be removed with the remains`, () => {
      expect(refusal(record(`lock: ${lock}\n`))).to.contain(
        '`qm unlock 200 && qm destroy 200 --destroy-unreferenced-disks 1`',
      );
    });
  }

  it('of a VM that is not ours never comes with advice to remove it', () => {
    expect(refusal(record('lock: create\nname: db-01\n')))
      .to.contain('is named "db-01"')
      .and.not.contain('destroy');
  });
});
