import { expect } from 'chai';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import { observeClones } from './observe.ts';

describe('clones without a VMID', () => {
  it('get none that another entry of the list has, wherever it stands, and none that is kept for other VMs', async () => {
    const cluster = memoryCluster(modelNode({ 9000: 'name: tpl\ntemplate: 1\n' }));
    const clone = { full: false, start: false };
    const clones = [
      { ...clone, name: 'first' },
      { ...clone, name: 'second', vmid: 300 },
    ];
    const wanted = { vmid: 9000, name: 'tpl', clones, clone_vmid_range: '300-309', vmid_reserved: [301] };
    const { clones: found } = await observeClones(wanted, { checkMode: false, problems: [] }, cluster);

    expect(found.map(({ clone: { vmid } }) => vmid)).to.deep.equal([302, 300]);
  });
});
