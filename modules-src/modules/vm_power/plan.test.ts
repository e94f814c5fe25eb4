import { foundVm } from '../../pve/vms/fixtures/found-vm.ts';
import { optionName } from '../../sdk/option-name.ts';
import { expect } from 'chai';
import fc from 'fast-check';
import { modelNode, performSteps } from '../../pve/vms/fixtures/model-node.ts';
import type { GuestSigns } from '../../sdk/readings.ts';
import { NO_SIGNS } from '../../pve/vms/guest-signs.ts';
import { assumedRecord } from '../../pve/vms/ownership.ts';
import { UserError } from '../../sdk/error.ts';
import { powerNotices, powerReport } from './report.ts';
import { planPower, type Observed, type Wanted } from './plan.ts';

const wanted: Wanted = {
  vmid: 200,
  name: 'web-01',
  state: 'started',
  wait_for: 'none',
  wait_timeout: 300,
  timeout: 300,
};

const found = (more: Partial<Observed> = {}, config = ''): Observed => ({
  ...foundVm(`name: web-01\n${config}`),
  restarted: false,
  signs: NO_SIGNS,
  ...more,
});

const summaries = (more: Partial<Wanted>, observed: Observed): string[] =>
  planPower({ ...wanted, ...more }, observed)
    .flat()
    .map(step => step.summary);

const running = { running: true } as const;
const yetToBeMade = found({ record: assumedRecord(wanted, 'pve01'), assumed: true });

describe('a VM that somebody else has made', () => {
  const byDefault = { assumed: { state: 'started' } };

  it('is not started because a default says so', () => {
    expect(summaries(byDefault, found())).to.deep.equal([]);
    expect(powerNotices({ ...wanted, ...byDefault }, found()).warnings).to.deep.equal([
      `VM 200 (web-01) was not made by this role and stays stopped; ${optionName('state')}: started starts it`,
    ]);
  });

  it('is started when that is said, as is one of ours', () => {
    const ours = 'description: <!-- proxmox-role%3A {"vmid"%3A200} -->\n';

    expect(summaries({ assumed: {} }, found())).to.deep.equal(['start VM 200 (web-01)']);
    expect(summaries(byDefault, found({}, ours))).to.deep.equal(['start VM 200 (web-01)']);
  });
});

describe('what is told of a VM', () => {
  const told = (more: Partial<Wanted>, observed: Observed) => powerReport({ ...wanted, ...more }, observed);

  it('is its state, in check mode the one that it would have', () => {
    expect(told({}, found(running))).to.include({ state: 'running' });
    expect(told({}, found())).to.include({ state: 'to be started' });
    expect(told({ assumed: { state: 'started' } }, yetToBeMade)).to.include({
      state: 'to be made and started',
    });
    expect(told({ state: 'stopped' }, found())).to.include({ state: 'stopped' });
    expect(told({ state: 'stopped' }, found(running))).to.include({ state: 'to be stopped' });
    expect(told({ assumed: { state: 'started' } }, found())).to.include({ state: 'stopped' });
  });

  it('is the way in, as soon as it runs', () => {
    const config = 'ciuser: debian\nipconfig0: ip=10.0.0.5/24\n';

    expect(told({}, found(running, config))).to.include({ login: 'ssh debian@10.0.0.5' });
    expect(told({}, found({}, config))).not.to.have.key('login');
  });

  it('is what its guest shows, in a line, where that was waited for', () => {
    const config = 'ipconfig0: ip=10.0.0.5/24\n';

    expect(told({ wait_for: 'address' }, found(running, config))).to.include({ guest: '10.0.0.5' });
    expect(told({ wait_for: 'address' }, found(running))).to.include({ guest: 'no address' });
    expect(told({}, found(running, config))).not.to.have.key('guest');
  });
});

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

  it('is planned to be started in check mode although it is yet to be made, also by a default', () => {
    for (const assumed of [{}, { state: 'started' }]) {
      expect(summaries({ assumed }, yetToBeMade)).to.have.lengthOf(1);
      expect(powerNotices({ ...wanted, assumed }, yetToBeMade).warnings).to.deep.equal([]);
    }
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
    expect(summaries({ state: 'stopped', wait_for: 'agent' }, found())).to.deep.equal([]);
  });
});

describe('a guest that is waited for', () => {
  const AGENT = 'agent: 1\n';
  const up: GuestSigns = { agent: true, interfaces: [{ name: 'eth0', mac: '', addresses: ['192.0.2.7'] }] };

  it('is waited for after the start, with a limit', () => {
    const steps = planPower({ ...wanted, wait_for: 'agent', wait_timeout: 60 }, found({}, AGENT)).flat();

    expect(steps.map(step => step.action.kind)).to.deep.equal(['qm', 'wait-guest']);
    expect(steps[1]?.action).to.deep.include({ sign: 'agent', timeoutSeconds: 60 });
  });

  const missing: readonly (readonly [Wanted['wait_for'], GuestSigns, string])[] = [
    ['agent', NO_SIGNS, 'wait for the agent of VM 200 (web-01)'],
    ['address', { agent: true, interfaces: [] }, 'wait for the address of VM 200 (web-01)'],
    ['ssh', up, 'wait for SSH of VM 200 (web-01)'],
    ['cloud-init', up, 'wait for the end of cloud-init of VM 200 (web-01)'],
    [
      'cloud-init',
      { ...up, cloudInit: { status: 'running', detail: '' } },
      'wait for the end of cloud-init of VM 200 (web-01)',
    ],
  ];
  for (const [sign, signs, summary] of missing) {
    it(`is waited for when it runs and shows no ${sign} yet`, () => {
      expect(summaries({ wait_for: sign }, found({ ...running, signs }, AGENT))).to.deep.equal([summary]);
    });
  }

  const given: readonly (readonly [Wanted['wait_for'], GuestSigns])[] = [
    ['none', NO_SIGNS],
    ['agent', up],
    ['address', up],
    ['ssh', { ...up, ssh: '192.0.2.7' }],
    ['cloud-init', { ...up, cloudInit: { status: 'done', detail: '' } }],
    ['cloud-init', { ...up, cloudInit: { status: 'error', detail: '' } }],
  ];
  for (const [sign, signs] of given) {
    it(`is not waited for when it has given the sign ${sign}`, () => {
      expect(summaries({ wait_for: sign }, found({ ...running, signs }, AGENT))).to.deep.equal([]);
    });
  }

  it('cannot be without an agent, but by SSH at a static address', () => {
    for (const sign of ['agent', 'address', 'ssh', 'cloud-init'] as const) {
      expect(() => summaries({ wait_for: sign }, found(running))).to.throw(
        UserError,
        `set ${optionName('agent')}: true`,
      );
    }
    const [step] = planPower(
      { ...wanted, wait_for: 'ssh' },
      found(running, 'ipconfig0: ip=192.0.2.7/24\n'),
    ).flat();

    expect(step?.action).to.deep.include({ sign: 'ssh', addresses: ['192.0.2.7'] });
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
