import { expect } from 'chai';
import { startController, type Controller, type Refused } from '../images/controller.fixture.ts';
import { readGuest } from './read.ts';

const refused = (status: number, message: string): Refused => Object.assign(new Error(message), { status });

describe('a VM that a token may not see', () => {
  let controller: Controller;
  afterEach(() => controller.close());

  const start = async (isFree: boolean): Promise<void> => {
    controller = await startController(path => {
      if (path.endsWith('/qemu/200/config'))
        throw refused(403, 'Permission check failed (/vms/200, VM.Audit)\n');
      if (path.includes('/cluster/nextid') && !isFree) throw refused(400, 'VM 200 already exists\n');
      return [];
    });
  };

  it('is not there where its VMID is free, as for one that may nothing but in a pool', async () => {
    await start(true);

    expect(await readGuest(controller.api)(200)).to.equal(undefined);
  });

  it('is refused where there is one', async () => {
    await start(false);

    const refusal = await readGuest(controller.api)(200).catch(String);
    expect(refusal).to.contain('lacks VM.Audit on /vms/200');
  });
});
