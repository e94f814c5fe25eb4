import { expect } from 'chai';
import { memoryCluster } from './fixtures/memory-cluster.ts';
import { modelNode } from './fixtures/model-node.ts';
import { UserError } from '../../sdk/error.ts';
import { findVm, readVms, surveyVms, unreadNodes, whyUnread } from './find.ts';

const identity = { vmid: 200, name: 'web-01' };
const node = modelNode({ 200: 'name: web-01\nmemory: 512\n' });

describe('the VMs of a cluster of which a node is down', () => {
  const entry = (vmid: number, more: object = {}) => ({
    vmid,
    node: 'pve01',
    kind: 'qemu' as const,
    ...more,
  });
  const cluster = memoryCluster(node, {
    listGuests: () =>
      Promise.resolve([
        entry(200),
        ...[301, 300].map(vmid => entry(vmid, { node: 'pve03', isLost: true })),
        entry(400, { node: 'pve04', kind: 'lxc', isLost: true }),
      ]),
    readGuest: vmid =>
      vmid === 200 ? Promise.resolve({ ...entry(200), text: 'name: a\n' }) : Promise.reject(new Error('595')),
  });

  it('are not taken for all that there are', async () => {
    const attempt = await readVms(cluster).catch((error: unknown) => error);

    expect(attempt).to.be.instanceOf(UserError);
    expect(String(attempt)).to.match(/cannot look at the VMs of pve03: .*; start it, or go by SSH/);
  });

  it('are those that can be looked at, for whom that is enough', async () => {
    const { records, unread, lost } = await surveyVms(cluster);

    expect(records.map(({ vmid }) => vmid)).to.deep.equal([200]);
    expect(lost).to.deep.equal(['pve03']);
    expect(unreadNodes(unread)).to.deep.equal([{ node: 'pve03', vmids: [300, 301] }]);
    expect(unreadNodes(unread).map(whyUnread)[0]).to.match(
      /^cannot look at VM 300, VM 301 on pve03: .*; start it, or go by SSH/,
    );
  });
});

describe('the VM that a task is about', () => {
  it('comes with its configuration, and whether it runs', async () => {
    const found = await findVm(identity, { checkMode: false }, memoryCluster(node, { isRunning: () => yes }));

    expect(found).to.deep.include({ localNode: 'pve01', running: true, assumed: false });
    expect(found.record?.config.get('memory')).to.equal('512');
  });

  it('does not run here when it is on another node, whatever a pid file says', async () => {
    const elsewhere = memoryCluster(node, {
      readGuest: vmid => Promise.resolve({ vmid, node: 'pve02', kind: 'qemu', text: 'name: web-01\n' }),
      isRunning: () => yes,
    });

    expect(await findVm(identity, { checkMode: false }, elsewhere)).to.include({ running: false });
  });

  it('is taken as made in check mode where it is missing, and only there', async () => {
    const empty = memoryCluster();

    expect((await findVm(identity, { checkMode: false }, empty)).record).to.equal(undefined);
    const assumed = await findVm(identity, { checkMode: true }, empty);
    expect(assumed).to.include({ assumed: true });
    expect(assumed.record?.config.get('name')).to.equal('web-01');
  });

  it('that an earlier run had only begun to make is as good as missing', async () => {
    const begun = memoryCluster(modelNode(), {
      readGuest: vmid =>
        Promise.resolve({ vmid, node: 'pve01', kind: 'qemu', text: 'lock: create\n', begunAs: 'web-01' }),
    });

    expect(await findVm(identity, { checkMode: true }, begun)).to.include({ assumed: true });
    expect((await findVm(identity, { checkMode: false }, begun)).record?.begunAs).to.equal('web-01');
  });
});

describe('all VMs of the cluster', () => {
  it('are those without containers, and without one that went while it was looked at', async () => {
    const cluster = memoryCluster(node, {
      listGuests: () =>
        Promise.resolve([
          { vmid: 200, node: 'pve01', kind: 'qemu' },
          { vmid: 201, node: 'pve01', kind: 'qemu' },
          { vmid: 300, node: 'pve02', kind: 'lxc' },
        ]),
    });

    expect((await readVms(cluster)).map(({ vmid }) => vmid)).to.deep.equal([200]);
  });
});

const yes = Promise.resolve(true);
