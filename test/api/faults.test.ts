import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { startNodes } from '../../testnode/host/cluster.ts';
import type { Cluster } from '../../testnode/host/cluster-handle.ts';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { byApi, onNode, type WayIn } from '../doors/door.ts';
import { asRoot } from './token.ts';

const QEMU = '/nodes/pve01/qemu';
const FAULTS = '/etc/testnode/faults.json';
const golden = { vmid: 7000, name: 'golden' };
const own = { vmid: 200, name: 'one', disk_storage: 'local', retry_delay: 0 };
const clones = [{ name: 'copy', vmid: 7100, memory: 1024 }];

/** A trouble of one call, and what its message says; how the VM is after the next run is the same for all. */
interface Trouble {
  readonly name: string;
  readonly status: number;
  readonly text: string;
  readonly says: RegExp;
  /** The run meets it by itself when it passes. */
  readonly passes: boolean;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: 'the API gives up on its daemon',
    status: 596,
    text: 'Connection timed out',
    says: /cannot set memory .*: PUT \/nodes\/pve01\/qemu\/200\/config: the API gave up waiting for the daemon, which may still be at work \(596\)/,
    passes: true,
  },
  {
    name: 'the token is refused',
    status: 401,
    text: 'Authentication failed!',
    says: /Authentication failed!; check api_token_id \(user@realm!id\) and api_token_secret/,
    passes: false,
  },
  {
    name: 'a privilege is missing',
    status: 403,
    text: 'Permission check failed (/vms/200, VM.Config.Memory)',
    says: /who asks lacks VM\.Config\.Memory on \/vms\/200: give it with a role and `pveum acl modify \/vms\/200 …`/,
    passes: false,
  },
];

describe('the API in trouble', function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let access: RestAccess;
  let api: WayIn;
  before(async () => {
    cluster = await startNodes({ guests: 'pretend', settings: { unauthorizedDelay: 0 } });
    access = await openRestAccess(cluster);
    api = byApi(cluster, access);
    await done('vm_create', { ...golden, disks: { scsi0: 'local:1' }, disk_storage: 'local' });
    await done('template_convert', golden);
    await done('vm_create', own);
  });
  after(() => cluster.down());
  afterEach(() => fault());

  const fault = (...commands: readonly object[]): Promise<void> =>
    cluster.writeFile('pve01', FAULTS, JSON.stringify({ commands }));
  const configOf = (vmid: number): Promise<string> =>
    cluster.readFile('pve01', `/etc/pve/nodes/pve01/qemu-server/${vmid}.conf`);
  const vms = (): Promise<string> => asRoot(cluster, 'ls /etc/pve/qemu-server | tr "\\n" " "');
  async function done(module: string, args: object, way = api): Promise<ModuleResult> {
    const result = await way.run(module, { ...args });
    expect(result.failed, JSON.stringify(result)).to.equal(false);
    return result;
  }

  let memory = 1024;
  for (const { name, status, text, says, passes } of TROUBLES)
    it(`says what is wrong when ${name}, changes nothing, and is finished by the next run`, async () => {
      memory += 16;
      const wish = { ...own, memory, retries: 1 };
      const before = await configOf(200);
      const trouble = { match: ['PUT', `${QEMU}/200/config`], fail: { text, status } };
      await fault(trouble);

      const { failed, msg } = await api.run('vm_configure', wish);

      expect(failed, msg).to.equal(true);
      expect(msg).to.match(says);
      expect(await configOf(200)).to.equal(before);
      await fault({ ...trouble, times: 1 });
      if (!passes) await fault();
      const next = await done('vm_configure', wish);
      expect(next['changed']).to.equal(true);
      expect(next['warnings'] ?? []).to.have.lengthOf(passes ? 1 : 0);
      expect(await configOf(200)).to.contain(`memory: ${memory}`);
      expect(await done('vm_configure', wish)).to.include({ changed: false });
    });

  it('only takes longer when its answers are slow', async () => {
    const slow = ['GET', 'PUT'].map(method => ({ match: [method, `${QEMU}/200/config`], delay: 1 }));
    await fault(...slow);

    expect(await done('vm_configure', { ...own, cores: 2 })).to.include({ changed: true });
  });

  it('makes a clone whose worker was lost once more, and tells of it', async () => {
    await fault({ match: ['POST', `${QEMU}/7000/clone`], loseWorker: true, times: 1 });
    const { warnings } = await done('vm_clone', { ...golden, clones, retry_delay: 0 });

    expect(JSON.stringify(warnings)).to.contain('tried again').and.contain('got no worker upid');
    expect(await configOf(7100))
      .to.contain('memory: 1024')
      .and.not.contain('lock:');
    expect(await done('vm_clone', { ...golden, clones })).to.include({ changed: false });
  });

  it('says how the stub is removed that a lost creation leaves, and the next run makes the VM', async () => {
    const wish = { ...own, vmid: 201, name: 'lost' };
    await fault({ match: ['POST', QEMU], loseWorker: true, times: 1 });
    const { failed, msg } = await api.run('vm_create', wish);

    expect(failed, msg).to.equal(true);
    const [, command = 'false'] = /run `(qm unlock 201 && qm destroy 201)`/.exec(msg) ?? [];
    await asRoot(cluster, command);
    await done('vm_create', wish);
    expect(await configOf(201)).to.contain('name: lost');
    expect(await done('vm_create', wish)).to.include({ changed: false });
  });

  it('goes on by itself when the server was restarted in the middle', async () => {
    const wish = { ...own, vmid: 202, name: 'restarted' };
    await fault({ match: ['POST', QEMU], delay: 2, times: 1 });
    const claims = 'ls /run/testnode/faults 2>/dev/null | wc -l';
    const before = await asRoot(cluster, claims);
    const run = done('vm_create', wish);
    // The call has come, and its answer has not gone.
    while ((await asRoot(cluster, claims)) === before) await setTimeout(20);
    await asRoot(cluster, 'pveproxy restart');

    await run;
    expect(await configOf(202))
      .to.contain('name: restarted')
      .and.not.contain('lock:');
    expect(await done('vm_create', wish)).to.include({ changed: false });
  });

  it('has each VM and clone once where two controllers and a run by SSH make them at once', async () => {
    const controllers = [byApi(cluster, access), byApi(cluster, access), onNode(cluster)];
    const more = [...clones, { name: 'twin', vmid: 7101 }];
    for (const [module, args] of [
      ...[203, 204].map(vmid => ['vm_create', { ...own, vmid, name: `both-${vmid}` }] as const),
      ['vm_clone', { ...golden, clones: more, retry_delay: 0 }] as const,
    ]) {
      await Promise.all(controllers.map(way => done(module, args, way)));
      for (const way of controllers) expect(await done(module, args, way)).to.include({ changed: false });
    }
    expect(await vms()).to.equal(
      '200.conf 201.conf 202.conf 203.conf 204.conf 7000.conf 7100.conf 7101.conf ',
    );
  });

  it('gives each VM of a range a VMID of its own, and one alone, where two controllers and a run by SSH take them at once', async () => {
    const controllers = [byApi(cluster, access), byApi(cluster, access), onNode(cluster)];
    const range = { vmid_range: '300-309', disk_storage: 'local', retry_delay: 0 };
    for (const wishes of [
      controllers.map(way => ({ way, args: { ...range, name: 'common' } })),
      controllers.map((way, index) => ({ way, args: { ...range, name: `own-${index}` } })),
    ]) {
      await Promise.all(wishes.map(({ way, args }) => done('vm_create', args, way)));
      for (const { way, args } of wishes)
        expect(await done('vm_create', args, way)).to.include({ changed: false });
    }

    const names = await asRoot(cluster, 'grep -h ^name: /etc/pve/qemu-server/30?.conf | sort | tr "\\n" " "');
    expect(names).to.equal('name: common name: own-0 name: own-1 name: own-2 ');
  });

  it('is not believed when its certificate is another one, until the new one is known', async () => {
    const print = async (): Promise<string> =>
      (await asRoot(cluster, 'openssl x509 -in /etc/pve/local/pve-ssl.pem -noout -fingerprint -sha256'))
        .split('=')[1]!
        .trim();
    const known = byApi(cluster, access, { api_fingerprint: await print() });
    await done('vm_configure', own, known);
    const key = '-keyout /etc/pve/local/pve-ssl.key -out /etc/pve/local/pve-ssl.pem';
    await asRoot(cluster, `openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=pve01 ${key} 2>&1`);
    await asRoot(cluster, 'pveproxy restart');

    const { failed, msg } = await known.run('vm_configure', { ...own, memory: 4096 });

    expect(failed).to.equal(true);
    expect(msg)
      .to.contain('has another fingerprint than api_fingerprint says')
      .and.contain(await print());
    expect((await api.run('vm_configure', { ...own, memory: 4096 })).msg).to.contain('is not trusted');
    expect(await configOf(200)).not.to.contain('memory: 4096');
    const renewed = byApi(cluster, access, { api_fingerprint: await print() });
    expect(await done('vm_configure', { ...own, memory: 4096 }, renewed)).to.include({ changed: true });
  });
});
