import { expect } from 'chai';
import { optionName } from '../../../sdk/option-name.ts';
import { memoryCluster } from '../fixtures/memory-cluster.ts';
import { modelNode } from '../fixtures/model-node.ts';
import { withMarker } from '../marker.ts';
import { claimedVmid, existingVmid, vmidIfThere } from './by-name.ts';
import { isTaken, vmidOf } from './claim.ts';
import { freeVmids } from './range.ts';

const notes = (vmid: number): string =>
  withMarker('', { vmid })
    .split('\n')
    .map(line => `#${encodeURIComponent(line)}\n`)
    .join('');
const ours = (vmid: number, name: string): string => `${notes(vmid)}name: ${name}\n`;
const model = modelNode({ 205: ours(205, 'web-01'), 206: 'name: other\n', 207: 'lock: create\n' });
const cluster = memoryCluster(model, {
  claimantOf: vmid => Promise.resolve(vmid === 207 ? 'web-02' : undefined),
});
const asked = { name: 'web-03', vmid_range: '204-209', vmid_reserved: [204] };

describe('the VMID of a VM that is known by its name', () => {
  it('is that of our VM', async () => {
    expect(await vmidOf('web-01', cluster)).to.equal(205);
  });

  it('is that of one whose creation died, by the claim of its VMID', async () => {
    expect(await vmidOf('web-02', cluster)).to.equal(207);
    expect(await vmidOf('web-03', cluster)).to.equal(undefined);
  });

  it('is never that of a namesake of somebody else', async () => {
    expect(String(await vmidOf('other', cluster).catch(String))).to.contain('was not made by this role');
  });

  it('is the first of the range that is neither taken nor kept for others', async () => {
    expect(await claimedVmid.complete(asked, { checkMode: false }, cluster)).to.include({ vmid: 208 });
    expect(await claimedVmid.complete(asked, { checkMode: true }, cluster)).to.include({ vmid: 208 });
  });

  it('is taken with one look at the guests under the lock of its name', async () => {
    const looks: string[] = [];
    const seen = memoryCluster(model, {
      listGuests: () => {
        looks.push('guests');
        return cluster.listGuests();
      },
      holdName: () => {
        looks.push('hold');
        return Promise.resolve();
      },
    });
    await claimedVmid.complete(asked, { checkMode: false }, seen);

    expect(looks).to.deep.equal(['guests', 'hold', 'guests']);
  });

  it('may be any that there is', async () => {
    const any = { ...asked, vmid_range: '100-999999999' };
    expect(await claimedVmid.complete(any, { checkMode: false }, cluster)).to.include({ vmid: 100 });
    const [first, ...more] = freeVmids({ first: 100, last: 999_999_999 }, [], [100, 101]);
    expect(first).to.equal(102);
    expect(more.length).to.be.below(10_000);
  });

  it('is the one it has, however the range is', async () => {
    const again = { ...asked, name: 'web-01' };

    expect(await claimedVmid.complete(again, { checkMode: false }, cluster)).to.include({ vmid: 205 });
    expect(await existingVmid.complete(again, { checkMode: false }, cluster)).to.include({ vmid: 205 });
  });

  it('is none where every VMID is held by others', async () => {
    const held = memoryCluster(model, { claimVmid: () => Promise.resolve(undefined) });

    expect(await claimedVmid.complete(asked, { checkMode: false }, held).catch(String)).to.contain(
      'every VMID of 204-209 is taken; widen the range',
    );
  });

  it('is refused where there is neither VM nor range, with the way out', async () => {
    const nameOnly = { name: 'web-03' };

    expect(await claimedVmid.complete(nameOnly, { checkMode: false }, cluster).catch(String)).to.contain(
      `set ${optionName('vmid')}`,
    );
    expect(await existingVmid.complete(nameOnly, { checkMode: false }, cluster).catch(String)).to.contain(
      '--tags vm,create',
    );
  });

  it('is not known while a node is down that may have it, and that is told with the ways out', async () => {
    const lost = memoryCluster(model, {
      listGuests: () =>
        Promise.resolve([
          { vmid: 205, node: 'pve01', kind: 'qemu' },
          { vmid: 300, node: 'pve03', kind: 'qemu', isLost: true },
        ]),
    });

    expect(await vmidOf('web-01', lost)).to.equal(205);
    expect(await vmidOf('web-09', lost).then(String, String)).to.match(
      new RegExp(
        `cannot find VM web-09 by its name: it may be on pve03, and .*; start it, or go by SSH, .*; or set ${optionName('vmid')}$`,
      ),
    );
  });

  it('is no matter where the VM shall be gone', async () => {
    expect(await vmidIfThere.complete({ name: 'web-03' }, { checkMode: false }, cluster)).to.equal(undefined);
  });

  it('is asked for only where it was left out', () => {
    expect(claimedVmid.standIn({ name: 'web-01', vmid: 200 })).to.equal(undefined);
    expect(claimedVmid.standIn({ name: '', vmid: null })).to.equal(undefined);
    expect(claimedVmid.standIn({ name: 'web-01', vmid: '' })).to.have.property('vmid');
  });

  it('is that of the VM that another controller made while it was looked for', async () => {
    const given = async (name: string, vmid_range: string): Promise<unknown> => {
      const made = modelNode({ 205: ours(205, 'web-01') });
      const late = memoryCluster(made, {
        // Between the look and the claim.
        claimVmid: (_, vmids) => {
          made.configs.set(204, ours(204, 'theirs')).set(206, ours(206, 'web-03'));
          return Promise.resolve(vmids.find(vmid => !made.configs.has(vmid)));
        },
      });
      return claimedVmid
        .complete({ name, vmid_range }, { checkMode: false }, late)
        .then(values => values?.['vmid'], String);
    };

    expect(await given('web-03', '204-209')).to.equal(206);
    expect(await given('web-03', '204-206')).to.equal(206);
    expect(await given('web-04', '204-209')).to.equal(207);
    expect(await given('web-04', '204-206')).to.contain('every VMID of 204-206 is taken');
  });

  it('is that of one that has no name yet and turns out to be it, in the range alone', async () => {
    const given = async (vmid_range: string): Promise<unknown> => {
      const made = modelNode({ 205: 'lock: create\n' });
      const late = memoryCluster(made, {
        claimantOf: () => Promise.resolve(undefined),
        claimVmid: (_, vmids) => {
          const free = vmids.find(vmid => !made.configs.has(vmid));
          if (vmids.includes(205)) made.configs.set(205, ours(205, 'web-03'));
          return Promise.resolve(free);
        },
      });
      return (await claimedVmid.complete({ name: 'web-03', vmid_range }, { checkMode: false }, late))?.[
        'vmid'
      ];
    };

    expect(await given('204-209')).to.equal(205);
    expect(await given('300-309')).to.equal(300);
  });

  it('is lost when it has been given to another VM, here or on another node, and not by what is left of ours', async () => {
    const guest = (name: string) =>
      memoryCluster(model, {
        listGuests: () => Promise.resolve([{ vmid: 208, node: 'pve02', kind: 'qemu' }]),
        readGuest: vmid => Promise.resolve({ vmid, node: 'pve02', kind: 'qemu', text: `name: ${name}\n` }),
      });

    expect(await isTaken(208, 'web-03', guest('theirs'))).to.equal(true);
    expect(await isTaken(208, 'web-03', guest('web-03'))).to.equal(false);
    expect(await isTaken(208, 'web-03', cluster)).to.equal(false);
    expect(await isTaken(206, 'web-03', cluster)).to.equal(true);
    expect(await isTaken(207, 'web-02', cluster)).to.equal(false);
    expect(await isTaken(207, 'web-03', cluster)).to.equal(true);
  });
});
