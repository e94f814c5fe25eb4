import { expect } from 'chai';
import { foundVm, vmRecord } from '../../pve/vms/fixtures/found-vm.ts';
import { modelNode, type ModelNode } from '../../pve/vms/fixtures/model-node.ts';
import { UserError } from '../../sdk/error.ts';
import { planClones } from './plan.ts';
import { cloneReport } from './report.ts';
import { TEMPLATE, clone, wanted, look, plan, lane, verbs, refusalOf, made } from './scene.fixture.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';

describe('a clone that cannot be made', () => {
  it('does not keep the others from being made', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: 'name: db-01\n' });
    const lanes = plan(wanted({}, { name: 'web-02', vmid: 302 }), { node });

    expect(refusalOf(lanes[0] ?? [])).to.contain('VM 301 on node pve01 is named "db-01", not "web-01"');
    expect(verbs(lanes[1] ?? [])).to.include('clone');
  });

  it('is one whose VMID stands twice, or is the template’s own', () => {
    const lanes = plan(wanted({}, { name: 'web-02' }, { name: 'web-03', vmid: 9000 }));

    expect(lanes.map(refusalOf)).to.deep.equal([
      undefined,
      'cannot make clone web-02: VMID 301 is that of clone web-01; give it one of its own',
      'cannot make clone web-03: VMID 9000 is that of tpl, which is cloned; give it one of its own',
    ]);
  });

  it('is one whose VMID belongs to a VM of another node, which nobody is told to move', () => {
    const seen = look(wanted({}));
    const foreign = foundVm(undefined, { record: vmRecord(301, 'name: db-01\n', 'pve02') });
    const lanes = planClones(wanted({}), {
      ...seen,
      clones: [{ clone: clone(), vm: foreign, id: NEW_ID, snippetTexts: new Map() }],
    });

    expect(refusalOf(lanes[0] ?? []))
      .to.contain('is named "db-01"')
      .and.not.contain('migrate');
  });

  it('is one whose node is down, made already or not, and the others are made', () => {
    const wishes = wanted({}, { name: 'web-02', vmid: 302, node: 'pve02' }, { name: 'web-03', vmid: 303 });
    const seen = look(wishes, { lost: ['pve02'] });
    const [first, second, third] = seen.clones;
    const there = { ...third!, vm: foundVm(undefined, { record: vmRecord(303, 'name: web-03\n', 'pve02') }) };
    const lanes = planClones(wishes, { ...seen, clones: [first!, second!, there] });

    expect(verbs(lanes[0] ?? [])).to.include('clone');
    expect(lanes.slice(1).map(refusalOf)).to.deep.equal([
      'cannot make clone web-02, or change it: its node pve02 is down; start that',
      'cannot make clone web-03, or change it: its node pve02 is down; start that',
    ]);
  });

  it('is one that an interrupted run left locked', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: '# qmclone temporary file\nlock: clone\n' });

    expect(refusalOf(lane({}, { node }))).to.contain('qm unlock 301 && qm destroy 301');
  });
});

describe('a source', () => {
  const plainVm = (): ModelNode => modelNode({ 9000: TEMPLATE.replace('template: 1\n', '') });

  it('that is no template has no linked clones', () => {
    expect(() => lane({}, { node: plainVm() })).to.throw(UserError, '--tags template,create');
  });

  it('that is no template may be copied in full', () => {
    expect(verbs(lane({ full: true }, { node: plainVm() }))).to.include('clone');
  });

  it('that would be a template by now is taken for one in check mode', () => {
    expect(verbs(lane({}, { node: plainVm(), checkMode: true }))).to.include('clone');
  });

  it('that is missing, locked or of another name is refused', () => {
    expect(() => lane({}, { node: modelNode() })).to.throw(UserError, 'VM 9000 does not exist');
    expect(() => lane({}, { node: modelNode({ 9000: `lock: backup\n${TEMPLATE}` }) })).to.throw(
      UserError,
      'locked',
    );
    expect(() => lane({}, { node: modelNode({ 9000: 'name: other\n' }) })).to.throw(
      UserError,
      'is named "other"',
    );
  });
});

describe('the report of clones', () => {
  it('names each with its own number, state, address and the way in', () => {
    const node = made({ start: true });
    const wishes = wanted({}, { name: 'web-02', vmid: 302 });
    const report = cloneReport(wishes, look(wishes, { node }), look(wishes, { node }), []);
    const mac = /BC:24:11:[0-9A-F:]{8}/.exec(JSON.stringify(report))?.[0] ?? '';

    expect(report).to.deep.equal({
      clones: [
        {
          ...{ name: 'web-01', vmid: 301, exists: true, running: true, state: 'running' },
          summary: 'clone 301 (web-01) on pve01: running',
          login: `ssh ubuntu@<address>; DHCP gives it to ${mac}; with the guest agent \`qm guest cmd 301 network-get-interfaces\` tells it`,
          ...{ node: 'pve01', address: 'ip=dhcp' },
        },
        {
          ...{ name: 'web-02', vmid: 302, exists: false, running: false, state: 'to be made' },
          summary: 'clone 302 (web-02) on pve01: to be made',
        },
      ],
    });
  });

  it('says of one that failed that it was not made', () => {
    const failures = [{ subject: 'web-01', reason: 'no space' }];
    const empty = modelNode({ 9000: TEMPLATE });
    const seen = look(wanted({}), { node: empty });

    expect(cloneReport(wanted({}), seen, seen, failures)).to.deep.equal({
      clones: [
        {
          ...{ name: 'web-01', vmid: 301, exists: false, running: false, state: 'not made' },
          summary: 'clone 301 (web-01) on pve01: not made, with an error: no space',
          error: 'no space',
        },
      ],
    });
  });

  it('does not say of one on a node that is down that there is none', () => {
    const wishes = wanted({ node: 'pve02' });
    const unseen = { clone: wishes.clones[0]!, node: 'pve02', reason: 'its node pve02 is down' };
    const seen = { ...look(wishes, { lost: ['pve02'] }), clones: [unseen] };
    const failures = [{ subject: 'web-01', reason: unseen.reason }];

    expect(cloneReport(wishes, seen, seen, failures)).to.deep.equal({
      clones: [
        {
          ...{ name: 'web-01', vmid: 301, exists: true, running: false, state: 'unknown' },
          summary: 'clone 301 (web-01) on pve02: unknown, with an error: its node pve02 is down',
          error: 'its node pve02 is down',
        },
      ],
    });
  });

  it('takes no VM of another name for a clone', () => {
    const node = modelNode({ 9000: TEMPLATE, 301: 'name: db-01\n' });
    node.running.add(301);

    const { clones } = cloneReport(wanted({}), look(wanted({}), { node }), look(wanted({}), { node }), []);

    expect(clones).to.have.nested.property('[0].exists', false);
    expect(clones).to.have.nested.property('[0].state', 'to be made');
  });
});
