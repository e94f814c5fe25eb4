import { expect } from 'chai';
import { startController, type Controller, type Refused } from '../images/controller.fixture.ts';
import { readSigns, waitGuest } from './signs.ts';

const FORBIDDEN: Refused = Object.assign(
  new Error('Permission check failed (/vms/200, VM.GuestAgent.Unrestricted)\n'),
  { status: 403 },
);

describe('a guest in which a token may run no program', () => {
  let controller: Controller;
  beforeEach(async () => {
    controller = await startController(path => {
      if (path.endsWith('/agent/exec')) throw FORBIDDEN;
      return path.endsWith('/network-get-interfaces') ? { result: [] } : { status: 'running' };
    });
  });
  afterEach(() => controller.close());

  it('has an agent all the same', async () => {
    const signs = await readSigns(controller.api)(200, { status: true, sshAt: undefined });

    expect(signs).to.deep.include({ agent: true }).and.not.to.have.property('cloudInit');
  });

  it('is waited for until its agent answers, and not until cloud-init has ended, which nobody would tell', async () => {
    const wait = (sign: 'agent' | 'cloud-init') =>
      waitGuest(controller.api, { kind: 'wait-guest', vmid: 200, sign, timeoutSeconds: 5, addresses: [] });

    await wait('agent');
    expect(await wait('cloud-init')?.catch(String)).to.contain('lacks VM.GuestAgent.Unrestricted');
  });
});
