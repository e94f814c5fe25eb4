import { expect } from 'chai';
import { defineOptions } from '../sdk/option.ts';
import { UserError } from '../sdk/error.ts';
import { qm, type ClusterAction, type Step } from '../sdk/step.ts';
import type { Converged } from './converge.ts';
import { deprecationsOf, failureResult, successResult } from './result.ts';

const show = (action: ClusterAction): string | undefined =>
  action.kind === 'qm' ? `qm ${action.verb} ${action.vmid}` : undefined;

const set: Step = {
  summary: 'set memory of VM 200',
  action: qm('set', 200, { memory: 4096 }),
  changes: [{ key: 'memory', before: '2048', after: '4096' }],
};
const nothing: Converged<unknown> = {
  observed: {},
  first: {},
  steps: [],
  left: [],
  failures: [],
  retried: [],
};

const result = (converged: Partial<Converged<unknown>>, context = { checkMode: false, diff: false }) =>
  successResult(
    { ...nothing, ...converged },
    { notices: {}, report: { vmid: 200 }, context, deprecations: [], onlyWarns: false, show },
  );

describe('the result of a run', () => {
  it('with nothing to do is not changed', () => {
    expect(result({})).to.deep.equal({
      vmid: 200,
      changed: false,
      failed: false,
      msg: 'nothing to do',
      steps: [],
    });
  });

  it('tells what was tried again, and why', () => {
    const retried = [{ step: set, reason: "can't lock file", transient: true }];

    expect(result({ steps: [set], retried })).to.deep.include({
      warnings: ["tried again: cannot set memory of VM 200: can't lock file"],
    });
  });

  it('tells what was done, and by which call', () => {
    expect(result({ steps: [set] })).to.deep.include({
      changed: true,
      msg: 'set memory of VM 200',
      steps: [
        {
          summary: 'set memory of VM 200',
          command: 'qm set 200',
          changes: [{ key: 'memory', before: '2048', after: '4096' }],
        },
      ],
    });
  });

  it('is not changed by what only waits', () => {
    expect(result({ steps: [{ ...set, changesNothing: true }] })).to.include({ changed: false });
  });

  it('in check mode tells what would be done', () => {
    expect(result({ steps: [set] }, { checkMode: true, diff: false })).to.include({
      changed: true,
      msg: 'would set memory of VM 200',
    });
  });

  it('shows each setting before and after when a diff is asked for', () => {
    const made: Step = {
      ...set,
      subject: 'web-01',
      changes: [{ key: 'cores', before: undefined, after: '2' }],
    };

    expect(result({ steps: [set, made] }, { checkMode: false, diff: true })['diff']).to.deep.equal({
      before: 'memory: 2048\n',
      after: 'memory: 4096\nweb-01 cores: 2\n',
    });
    expect(result({ steps: [set] })).to.not.have.property('diff');
  });

  it('has warnings and pending settings only where there are some', () => {
    const pending = [{ key: 'memory', current: '2048', pending: '4096' }];
    const told = successResult(nothing, {
      notices: { warnings: ['w'], pending },
      report: {},
      context: { checkMode: false, diff: false },
      deprecations: [],
      onlyWarns: false,
      show,
    });

    expect(told).to.deep.include({ warnings: ['w'], pending, changed: false });
    expect(result({})).to.not.have.any.keys('warnings', 'pending');
  });

  it('has no key that Ansible takes for the results of a loop', () => {
    expect(result({ steps: [set] })).to.not.have.property('results');
  });
});

describe('the result of a run that did not get there', () => {
  const failures = [{ step: set, reason: 'VM is locked (backup)', transient: false }];

  it('says what could not be done, why, and what to do', () => {
    expect(result({ left: [[set]], failures })).to.deep.include({
      failed: true,
      msg: 'cannot set memory of VM 200: VM is locked (backup); run the play again when this is mended',
      failures: [{ step: 'set memory of VM 200', reason: 'VM is locked (backup)' }],
    });
  });

  it('is changed when some of it was done', () => {
    expect(result({ steps: [set], left: [[set]], failures })).to.include({ changed: true, failed: true });
  });

  it('says a refusal in its own words', () => {
    const refused: Step = {
      summary: 'make clone a',
      action: { kind: 'refuse', reason: 'cannot make clone a: taken' },
    };

    expect(
      result({
        left: [[refused]],
        failures: [{ step: refused, reason: 'cannot make clone a: taken', transient: false }],
      })['msg'],
    ).to.equal('cannot make clone a: taken; run the play again when this is mended');
  });

  it('tells a node that forgets from a step that failed', () => {
    expect(result({ left: [[set]] })['msg']).to.equal(
      'done, yet still to do: set memory of VM 200; the node did not keep what was set',
    );
  });
});

describe('the result of an error', () => {
  it('of the user is its message and its details', () => {
    expect(failureResult(new UserError('cannot x: y; z', { problems: [] }))).to.deep.equal({
      failed: true,
      changed: false,
      msg: 'cannot x: y; z',
      problems: [],
    });
  });

  it('of ours carries its stack', () => {
    const { msg, exception } = failureResult(new TypeError('undefined is not a function'));

    expect(msg).to.equal('unexpected error: undefined is not a function');
    expect(exception).to.contain('result.test.ts');
  });

  it('that is no error at all is still told', () => {
    expect(failureResult('just a text')).to.include({ failed: true, msg: 'unexpected error: just a text' });
  });

  it('cannot pass for success by its details', () => {
    expect(failureResult(new UserError('no', { failed: false, changed: true }))).to.include({
      failed: true,
      changed: false,
    });
  });
});

describe('deprecated parameters', () => {
  const options = defineOptions({
    ip: { type: 'str', description: 'Address.', aliases: ['address'], deprecated: 'use networks' },
    name: { type: 'str', description: 'Name.' },
  });

  it('are named with what to use instead, by whichever name they were given', () => {
    expect(deprecationsOf(options, { address: 'x' })).to.deep.equal([
      { msg: 'ip is deprecated: use networks' },
    ]);
  });

  it('are not mentioned when they were not given', () => {
    expect(deprecationsOf(options, { name: 'x', ip: null })).to.deep.equal([]);
  });
});
