import { expect } from 'chai';
import { countFaults, countsIn } from '../faults/counts.ts';
import { isReplaced, isReturned, startReplacedVm, type ReplacedVm } from './replaced-vm.ts';

/** By SSH; replace.long.ts does the same by the API. */
describe('a VM that gets a new system', function () {
  this.timeout(600_000);
  let vm: ReplacedVm;
  before(async () => {
    vm = await startReplacedVm();
  });
  after(() => vm.scene.down());

  it('is not said to be replaced where an image that is always fetched is the same', async () => {
    const { rc, output } = await vm.run(vm.scene, ['--check', '-e', 'proxmox_cloud_image_refresh=always']);

    expect(rc, output).to.equal(0);
    expect(output).to.contain('to be fetched anew').and.not.to.contain('to be replaced');
  });

  it('has the newer image, and all else as it was, and the next run does nothing', async () => {
    await vm.publish('96M', true);
    await isReplaced(vm, vm.scene);
  });

  it('has its old system again where the newer image does not come up, and is told why', async () => {
    await vm.publish('160M', false);
    await isReturned(vm, vm.scene);
  });

  it('never had two guests on its data, and nothing that they wrote was lost', async () => {
    expect(await vm.starts()).to.have.lengthOf(4);
    expect(countsIn(await vm.log())).not.to.have.lengthOf(0);
    expect(await countFaults(vm.scene.cluster)).to.deep.equal([]);
  });
});
