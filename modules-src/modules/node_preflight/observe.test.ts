import { expect } from 'chai';
import { memoryCluster } from '../../pve/vms/fixtures/memory-cluster.ts';
import { described } from '../../pve/vms/fixtures/model-config.ts';
import { modelNode } from '../../pve/vms/fixtures/model-node.ts';
import { NEW_ID } from '../../pve/vms/fixtures/new-id.ts';
import { firstDescription } from '../../pve/vms/marker.ts';
import { goodWanted } from './broken-worlds/world.fixture.ts';
import { observeWorld } from './observe.ts';
import type { Wanted } from './params.ts';
import { findProblems } from './plan.ts';

/** The codes of a template that a run has left without its name, under the VMID of the variables. */
async function codesOf(mark: object, name: string, vmid?: number): Promise<readonly string[]> {
  const generation = { family: 'golden', number: 1, settings: 'scrypt:1', ...mark };
  const notes = described(firstDescription('', '', { vmid: 9000, node: 'pve01', id: NEW_ID, generation }));
  const disk = 'scsi0: local:9000/vm-9000-disk-0.raw,size=1G';
  const model = modelNode({ 9000: `${notes}name: ${name}\nvmgenid: ${NEW_ID}\n${disk}\n` });
  const wanted: Wanted = {
    ...goodWanted,
    ...{ vm_name: 'golden', vm_template_rotate: true, vm_template_vmid_range: '9001-9009' },
    vm_vmid: vmid,
    ...{ vm_create_clones: false, vm_clones: [] },
  };
  const world = await observeWorld(wanted, { checkMode: false, problems: [] }, memoryCluster(model));
  return findProblems(wanted, world).map(({ code }) => code);
}

describe('a first generation that has no name of its template yet', () => {
  for (const [what, mark] of [
    ['has not passed its test', { untested: true }],
    ['waits for other nodes', { held: true }],
  ] as const)
    it(`is gone on with where it ${what}`, async () => {
      expect(await codesOf(mark, 'golden-g1', 9000)).not.to.include('PVE-VM-001');
    });

  it('is gone on with where it has its VMID from the range alone', async () => {
    const codes = await codesOf({ untested: true }, 'golden-g1');

    for (const code of ['PVE-VAR-003', 'PVE-VM-001', 'PVE-VM-026']) expect(codes).not.to.include(code);
  });

  it('is somebody else’s where it was renamed', async () => {
    expect(await codesOf({ untested: true }, 'payroll', 9000)).to.include('PVE-VM-001');
  });
});

describe('a MAC address that is given', () => {
  const MAC = 'BC:24:11:00:00:01';
  const read = async (own: string): Promise<readonly number[]> => {
    const model = modelNode({ 200: `name: web\nnet0: ${own},bridge=vmbr0\n`, 700: 'name: other\n' });
    const wanted: Wanted = {
      ...goodWanted,
      ...{ vm_vmid: 200, vm_name: 'web', vm_make_template: false, vm_create_clones: false },
      vm_networks: { net0: `virtio=${MAC},bridge=vmbr0` },
    };
    const { node } = await observeWorld(wanted, { checkMode: false, problems: [] }, memoryCluster(model));
    return (node?.others ?? []).map(({ vmid }) => vmid);
  };

  it('lets all other guests be looked at only where the VM does not have it yet', async () => {
    expect(await read('virtio=BC:24:11:00:00:02')).to.include(700);
    expect(await read(`virtio=${MAC}`)).to.deep.equal([]);
  });
});
