import { expect } from 'chai';
import { sceneByApi } from '../doors/playbook.ts';
import { countFaults } from '../faults/counts.ts';
import type { Scene } from '../scene.ts';
import { isReplaced, isReturned, isSettled, startReplacedVm, type ReplacedVm } from './replaced-vm.ts';

describe('a VM that was made by SSH and gets a new system by the API', function () {
  this.timeout(600_000);
  let vm: ReplacedVm;
  let api: Scene;
  before(async () => {
    vm = await startReplacedVm();
    api = await sceneByApi(vm.scene);
  });
  after(() => vm.scene.down());

  it('is told in check mode that nobody knows, while its image is still to be fetched there', async () => {
    const { rc, output } = await vm.run(api, ['--check']);

    expect(rc, output).to.equal(0);
    expect(output).to.contain('system: to be replaced if');
  });

  it('is left alone while its image is the same, by whichever door it is fetched', async () => {
    const before = await vm.config();
    const { rc, output } = await vm.run(api);
    expect(rc, output).to.equal(0);
    expect(await vm.config()).to.equal(before);
    await isSettled(vm, api);
  });

  it('has the newer image, and all else as it was, and the next run does nothing', async () => {
    await vm.publish('128M', true);
    const { rc, output } = await vm.run(api, ['--check', '--diff']);
    expect(rc, output).to.equal(0);
    expect(output).to.contain('system: to be replaced by that of');
    await isReplaced(vm, api);
  });

  it('has its old system again where the newer image does not come up, and is told why, by either door', async () => {
    await vm.publish('160M', false);
    await isReturned(vm, api);
    await isReturned(vm, vm.scene);
  });

  it('never had two guests on its data, and nothing that they wrote was lost', async () => {
    expect(await vm.starts()).to.have.lengthOf(6);
    expect(await countFaults(vm.scene.cluster)).to.deep.equal([]);
  });
});
