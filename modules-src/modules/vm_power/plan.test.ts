import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/fixtures/model-node.ts';
import { parseVmConfig } from '../../pve/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import { planPower, type Observed, type Wanted } from './plan.ts';

const wanted: Wanted = { vmid: 200, name: 'web-01', state: 'started', wait: 'none', timeout: 300 };

const found = (more: Partial<Observed> = {}, config = ''): Observed => ({
  record: { vmid: 200, node: 'pve01', kind: 'qemu', config: parseVmConfig(`name: web-01\n${config}`) },
  localNode: 'pve01',
  running: false,
  assumed: false,
  restarted: false,
  answer: undefined,
  ...more,
});

const summaries = (more: Partial<Wanted>, observed: Observed): string[] =>
  planPower({ ...wanted, ...more }, observed)
    .flat()
    .map(step => step.summary);

const running = { running: true } as const;

describe('a VM that shall run', () => {
  it('is started', () => {
    expect(planPower(wanted, found())).to.deep.equal([
      [
        {
          summary: 'start VM 200 (web-01)',
          action: { kind: 'qm', verb: 'start', vmid: 200, properties: {} },
          changes: [{ key: 'state', before: 'stopped', after: 'running' }],
        },
      ],
    ]);
  });

  it('is left alone when it runs', () => {
    expect(summaries({}, found(running))).to.deep.equal([]);
  });

  it('is planned to be started in check mode although it is yet to be made', () => {
    expect(summaries({}, found({ assumed: true }))).to.have.lengthOf(1);
  });
});

describe('a VM that shall be restarted', () => {
  it('is rebooted when it runs', () => {
    const [[step] = []] = planPower({ ...wanted, state: 'restarted', timeout: 60 }, found(running));

    expect(step?.action).to.deep.include({ verb: 'reboot', properties: { timeout: 60 } });
  });

  it('is started when it does not run', () => {
    expect(summaries({ state: 'restarted' }, found())).to.deep.equal(['start VM 200 (web-01)']);
  });

  it('is not rebooted twice by one task', () => {
    expect(summaries({ state: 'restarted' }, found({ running: true, restarted: true }))).to.deep.equal([]);
  });
});

describe('a VM that shall stand still', () => {
  it('is asked to shut down and stopped when it does not obey in time', () => {
    const [[step] = []] = planPower({ ...wanted, state: 'stopped', timeout: 60 }, found(running));

    expect(step?.action).to.deep.include({ verb: 'shutdown', properties: { timeout: 60, forceStop: true } });
  });

  it('is left alone when it does', () => {
    expect(
      summaries({ state: 'stopped' }, found()).concat(
        summaries({ state: 'stopped' }, found({}, 'template: 1\n')),
      ),
    ).to.deep.equal([]);
  });

  it('is not waited for', () => {
    expect(summaries({ state: 'stopped', wait: 'agent' }, found())).to.deep.equal([]);
  });
});

describe('a guest that is waited for', () => {
  it('is waited for after the start, with a limit', () => {
    const steps = planPower({ ...wanted, wait: 'agent', timeout: 60 }, found()).flat();

    expect(steps.map(step => step.action.kind)).to.deep.equal(['qm', 'wait-guest']);
    expect(steps[1]?.action).to.deep.include({ sign: 'agent', timeoutSeconds: 60 });
  });

  it('is waited for when it runs and does not answer yet', () => {
    expect(summaries({ wait: 'agent' }, found(running))).to.deep.equal([
      'wait for the agent of VM 200 (web-01)',
    ]);
  });

  it('has given its sign when its agent answers', () => {
    expect(summaries({ wait: 'agent' }, found({ running: true, answer: { addresses: [] } }))).to.deep.equal(
      [],
    );
  });

  it('has an address only when its agent reports one', () => {
    expect(
      summaries({ wait: 'address' }, found({ running: true, answer: { addresses: [] } })),
    ).to.have.lengthOf(1);
    expect(
      summaries({ wait: 'address' }, found({ running: true, answer: { addresses: ['192.0.2.7'] } })),
    ).to.deep.equal([]);
  });
});

describe('what has no power switch', () => {
  for (const state of ['started', 'restarted'] as const) {
    it(`is a template that shall be ${state}`, () =>
      expect(() => summaries({ state }, found({}, 'template: 1\n'))).to.throw(
        UserError,
        'it is a template; clone it and start the clone',
      ));
  }

  it('is a VM that does not exist or has another name', () => {
    expect(() => summaries({}, found({ record: undefined }))).to.throw(UserError, 'does not exist');
    expect(() => summaries({ name: 'db-01' }, found())).to.throw(UserError, 'is named "web-01"');
  });

  it('is a VM on another node, which alone knows whether it runs', () => {
    expect(summaries({}, found({ localNode: 'pve02' }))).to.deep.equal([]);
  });
});

describe('for any state', () => {
  it('the steps leave nothing to do', () => {
    fc.assert(
      fc.property(fc.constantFrom('started', 'stopped', 'restarted'), fc.boolean(), (state, runs) => {
        const node = modelNode({ 200: 'name: web-01\n' });
        if (runs) node.running.add(200);
        const steps = planPower({ ...wanted, state }, found({ running: runs })).flat();
        performSteps(node, steps);
        const after = found({ running: node.running.has(200), restarted: steps.length > 0 });

        expect(planPower({ ...wanted, state }, after).flat()).to.deep.equal([]);
        expect(after.running).to.equal(state !== 'stopped');
      }),
    );
  });
});
