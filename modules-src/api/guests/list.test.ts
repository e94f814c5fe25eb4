import { expect } from 'chai';
import { startController, type Controller } from '../images/controller.fixture.ts';
import { listPools } from './list.ts';

describe('the pools that a token sees', () => {
  let controller: Controller;
  afterEach(() => controller.close());

  async function poolsFor(permissions: object): Promise<readonly string[] | undefined> {
    controller = await startController(path =>
      path.includes('/access/permissions') ? permissions : [{ poolid: 'prod' }, { poolid: 'test' }],
    );
    return listPools(controller.api)();
  }

  it('are all where it may audit all', async () => {
    expect(await poolsFor({ '/pool': { 'Pool.Audit': 1 } })).to.deep.equal(['prod', 'test']);
  });

  it('tell nothing of others where it may audit some', async () => {
    expect(await poolsFor({ '/pool/prod': { 'Pool.Audit': 1 } })).to.equal(undefined);
  });
});
