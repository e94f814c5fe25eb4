import { expect } from 'chai';
import type { Permissions } from '../sdk/facts.ts';
import { qm, type ClusterAction, type FetchImageAction } from '../sdk/step.ts';
import { refusalOf } from './refusal.ts';

const EVERYTHING: Permissions = new Map(
  ['/vms', '/storage', '/sdn'].map(path => [path, { has: () => true, get: () => true } as never]),
);
const CONFIG = new Map([
  ['scsi0', 'slow:base-200-disk-0,size=8G'],
  ['net0', 'virtio,bridge=vmbr0'],
]);

const refusal = async (
  actions: ClusterAction | readonly ClusterAction[],
  { isRoot = false, held = EVERYTHING } = {},
): Promise<string | undefined> => {
  const api = { isRoot, configs: new Map([[200, CONFIG]]) };
  return (await refusalOf(api, [actions].flat(), () => Promise.resolve(held)))?.why;
};

const asRoot = { isRoot: true };

describe('what the API refuses before anything is done', () => {
  it('is what root alone may set, with what works instead', async () => {
    expect(await refusal(qm('set', 200, { hostpci0: '0000:01:00.0' })))
      .to.contain('no token may set hostpci0')
      .and.contain('use `mapping=NAME`')
      .and.contain('or go by SSH, or log in as root@pam');
    expect(await refusal(qm('create', 200, { args: '-x' }))).to.contain('no token may set args');
    expect(await refusal(qm('create', 200, { args: '-x' }), asRoot)).to.equal(undefined);
  });

  it('is the removal of a locked stub by a token', async () => {
    expect(await refusal(qm('destroy', 200, { skiplock: true }))).to.contain(
      '`qm unlock 200 && qm destroy 200`',
    );
    expect(await refusal(qm('destroy', 200, { skiplock: true }), asRoot)).to.equal(undefined);
    expect(await refusal(qm('destroy', 200, { purge: true }))).to.equal(undefined);
  });

  it('is a snippet, whoever asks', async () => {
    const action = { kind: 'put-snippet', volume: 'local:snippets/a.yaml', content: '' } as const;

    expect(await refusal(action, asRoot)).to.contain('local:snippets/a.yaml');
  });

  it('is nothing that a token may', async () => {
    expect(await refusal(qm('set', 200, { memory: 512, serial0: 'socket' }))).to.equal(undefined);
  });
});

const may = (...rights: readonly string[]): Permissions => {
  const held = new Map<string, Map<string, boolean>>();
  for (const [path = '', ...names] of rights.map(one => one.split(' ')))
    held.set(path, new Map(names.map(name => [name, true])));
  return held;
};

describe('what somebody lacks', () => {
  const lacks = (actions: ClusterAction | readonly ClusterAction[], ...rights: readonly string[]) =>
    refusal(actions, { held: may(...rights) });

  it('is told of a whole lane before its first step, all at once, with what gives it', async () => {
    const lane = [
      qm('shutdown', 200),
      qm('set', 200, { delete: ['scsi0'] }),
      qm('destroy', 200),
      { kind: 'free-volume', volume: 'local:iso/a.iso' } as const,
    ];

    expect(
      await lacks(lane, '/vms VM.PowerMgmt VM.Config.Disk', '/storage Datastore.AllocateSpace'),
    ).to.equal(
      'who asks lacks VM.Allocate on /vms/200 and Datastore.Allocate on /storage/local; give it with a role and ' +
        '`pveum acl modify /vms/200 …`, `pveum acl modify /storage/local …`',
    );
    expect(
      await lacks(lane, '/vms VM.PowerMgmt VM.Config.Disk VM.Allocate', '/storage Datastore.Allocate'),
    ).to.equal(undefined);
  });

  it('is to send an image, before anything of it is fetched, or a drive', async () => {
    const fetch = { kind: 'fetch-image', path: 'local:import/a.qcow2' } as FetchImageAction;
    const drive = { kind: 'put-drive', volume: 'local:iso/a.iso', files: new Map<string, string>() } as const;
    for (const action of [fetch, drive]) {
      expect(await lacks(action)).to.contain('lacks Datastore.AllocateTemplate on /storage/local;');
      expect(await lacks(action, '/storage/local Datastore.AllocateTemplate')).to.equal(undefined);
    }
  });

  it('is the sight of a VM that is made', async () => {
    expect(await lacks(qm('create', 300), '/vms VM.Allocate')).to.contain('lacks VM.Audit on /vms/300;');
    expect(await lacks(qm('create', 300), '/vms VM.Allocate VM.Audit')).to.equal(undefined);
  });

  it('is nothing where the pool of a new VM gives it, or the VM itself', async () => {
    const clone = qm('clone', 200, { newid: 300, pool: 'shop', storage: 'fast' });
    const lane = [clone, qm('set', 300, { memory: 512 }), qm('resize', 300, { disk: 'scsi0' })];
    const rest = ['/storage/fast Datastore.AllocateSpace', '/sdn SDN.Use'];
    const own = 'VM.Allocate VM.Audit VM.Config.Memory VM.Config.Disk';

    expect(await lacks(lane, '/vms/200 VM.Clone', `/pool/shop ${own}`, ...rest)).to.equal(undefined);
    expect(await lacks(lane, `/vms VM.Clone ${own}`, ...rest)).to.equal(undefined);
    expect(await lacks(lane, '/vms/200 VM.Clone', '/pool/shop VM.Allocate VM.Audit', ...rest)).to.contain(
      'lacks VM.Config.Memory, VM.Config.Disk on /vms/300;',
    );
  });

  it('is nothing that another privilege lets do as well', async () => {
    const wait = { kind: 'wait-guest', vmid: 200, sign: 'agent', addresses: [], timeoutSeconds: 1 } as const;
    for (const privilege of ['VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted', 'VM.Monitor'])
      expect(await lacks(wait, `/vms ${privilege}`), privilege).to.equal(undefined);
    expect(await lacks(wait, '/vms VM.Audit')).to.contain('VM.GuestAgent.Audit on /vms/200');
    expect(await lacks(qm('set', 200, { ciuser: 'a' }), '/vms VM.Config.Network')).to.equal(undefined);

    const imported = qm('set', 200, { scsi1: 'fast:0,import-from=images:import/a.qcow2' });
    const space = ['/vms VM.Config.Disk', '/storage/fast Datastore.AllocateSpace'];
    expect(await lacks(imported, ...space, '/storage/images Datastore.Audit')).to.equal(undefined);
    expect(await lacks(imported, ...space)).to.contain('Datastore.AllocateSpace on /storage/images');
  });

  it('is a bridge, but for one that a zone of the cluster may have', async () => {
    const set = qm('set', 200, { net1: 'virtio,bridge=blue' });
    const others = ['/vms VM.Config.Network', '/sdn/zones/localnetwork/vmbr0 SDN.Use'];

    expect(await lacks(set, ...others)).to.contain('SDN.Use on /sdn/zones/localnetwork/blue');
    expect(await lacks(set, ...others, '/sdn/zones/tenants/blue SDN.Use')).to.equal(undefined);
  });
});
