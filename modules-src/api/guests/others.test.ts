import { expect } from 'chai';
import { qm as qmAction } from '../../sdk/step.ts';
import { startController, type Controller } from '../images/controller.fixture.ts';
import { readNote } from './begun.ts';
import { qm } from './qm.ts';
import { readGuest } from './read.ts';

const create = qmAction('create', 200, { name: 'web' });
const UPID = 'UPID:pve01:0000AAAA:00000001:00000001:qmcreate:200:them@pve!other:';

describe('a VM that another controller makes at this moment', () => {
  let controller: Controller;
  let moments: string[];
  let tasks: object[];
  afterEach(() => controller.close());

  /** Each look at the configuration is a moment later; the task is there when it is said so, and ends by being asked for. */
  const start = async (...found: readonly string[]): Promise<void> => {
    moments = [...found];
    tasks = [];
    controller = await startController(path => {
      if (path.endsWith('/config')) return {};
      if (path.includes('/status'))
        return { status: 'stopped', exitstatus: tasks.pop() === undefined ? '' : 'OK' };
      if (path.includes('source=active')) return tasks;
      const now = (moments.length > 1 ? moments.shift() : moments[0]) ?? '';
      if (now === 'working') tasks = [{ upid: UPID, type: 'qmcreate', id: '200', starttime: 1 }];
      return now === 'whole' ? [{ key: 'name', value: 'web' }] : [{ key: 'lock', value: 'create' }];
    });
  };

  it('is read when it is whole, though its lock is there before its task is', async () => {
    await start('locked', 'locked', 'working', 'whole');
    controller.api.own.add(200);

    expect((await readGuest(controller.api)(200))?.text).to.equal('name: web\n');
  });

  it('is read as it is by who works on others', async () => {
    await start('locked', 'whole');

    expect((await readGuest(controller.api)(200))?.text).to.equal('lock: create\n');
  });

  it('is what an interrupted run has left, when no task follows', async () => {
    await start('locked');
    controller.api.own.add(200);

    expect((await readGuest(controller.api)(200))?.text).to.equal('lock: create\n');
  });

  it('is not taken for what this one has begun, which was refused because of it', async () => {
    controller = await startController(path => {
      if (path === '/api2/json/nodes/pve01/qemu')
        throw new Error("unable to create VM 200 - VM 200 already exists on node 'pve01'\n");
      return {};
    });
    const { api } = controller;

    const refusal = await qm(api, create)?.catch(String);

    expect(refusal).to.contain('already exists');
    expect(await readNote(api, 200)).to.equal(undefined);
  });
});
