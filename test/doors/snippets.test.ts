import { expect } from 'chai';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { startOwnershipScene, type Scene } from '../ownership/scene.ts';
import { byApi, onNode, type WayIn } from './door.ts';

const SNIPPETS = '/var/lib/vz/snippets';
const web = { vmid: 200, name: 'web' };
const texts = {
  cloud_init_enabled: true,
  cloud_init_user_data: '#cloud-config\ntimezone: UTC\n',
  cloud_init_vendor_data: '#cloud-config\nntp: {enabled: true}\n',
};
/** Of another cluster that uses the same storage, for a VM of the same VMID. */
const OTHERS = 'proxmox-role-200-deadbeef-user.yaml';

describe('snippets that SSH has written, by the API', function () {
  this.timeout(120_000);
  let scene: Scene;
  let api: WayIn;
  let apiWithout: WayIn;
  before(async () => {
    scene = await startOwnershipScene();
    await scene.hand.run('mkdir', '-p', SNIPPETS);
    await scene.cluster.writeFile('pve01', `${SNIPPETS}/${OTHERS}`, '# of another cluster\n');
    const access = await openRestAccess(scene.cluster);
    api = byApi(scene.cluster, access);
    apiWithout = byApi(scene.cluster, { ...access, ...(await tokenWithout()) });
  });
  after(() => scene.cluster.down());

  /** A token that may do everything with VMs and disks, and has no Datastore.Allocate. */
  async function tokenWithout(): Promise<Pick<RestAccess, 'user' | 'tokenName' | 'tokenSecret'>> {
    const [user, tokenName] = ['svc@pve', 'narrow'];
    const vms = ['VM.Allocate', 'VM.Audit', 'VM.PowerMgmt', 'VM.Config.Cloudinit', 'VM.Config.CDROM'];
    const rest = ['VM.Config.Options', 'VM.Config.Disk', 'Sys.Audit'];
    const storage = ['Datastore.AllocateSpace', 'Datastore.AllocateTemplate', 'Datastore.Audit'];
    const privileges = [...vms, ...rest, ...storage].join(' ');
    await scene.hand.run('pveum', 'user', 'add', user);
    await scene.hand.run('pveum', 'role', 'add', 'Narrow', '--privs', privileges);
    await scene.hand.run('pveum', 'acl', 'modify', '/', '--users', user, '--roles', 'Narrow');
    const made = ['pveum', 'user', 'token', 'add', user, tokenName, '--privsep', '0'];
    const token = await scene.hand.run(...made, '--output-format', 'json');
    // The answer of our own pveum.
    const { value } = JSON.parse(token) as { readonly value: string };
    return { user, tokenName, tokenSecret: value };
  }

  async function done(way: WayIn, module: string, args: object): Promise<ModuleResult> {
    const result = await way.run(module, { ...args });
    expect(result.failed, JSON.stringify(result)).to.equal(false);
    return result;
  }
  const make = () => done(onNode(scene.cluster), 'vm_create', { ...web, ...texts, disk_storage: 'local' });
  const remove = (way: WayIn, more: object = {}) =>
    way.run('vm_remove', { ...web, confirm_delete: web.name, retries: 0, ...more });
  const files = async (): Promise<readonly string[]> =>
    (await scene.hand.run('ls', SNIPPETS)).split('\n').filter(name => name !== '' && name !== OTHERS);
  const warningsOf = ({ warnings }: ModuleResult): readonly string[] => warnings as readonly string[];
  /** The command of a warning that names a snippet, run as a user would who copies it. */
  const runTold = (warning: string): Promise<string> =>
    scene.hand.run('sh', '-c', /`(pvesm free [^`]+)`/.exec(warning)?.[1] ?? 'false');

  afterEach('nothing of others is gone', async () => {
    expect(await scene.hand.run('ls', SNIPPETS)).to.contain(OTHERS);
  });

  it('go with their VM', async () => {
    await make();
    expect(await files()).to.have.lengthOf(2);

    expect(await remove(api)).to.include({ failed: false, changed: true });
    expect(await files()).to.deep.equal([]);
    expect(await remove(api)).to.include({ failed: false, changed: false });
  });

  it('stay, and are told once with what removes them, where the token may not', async () => {
    await make();
    const left = await files();
    const result = await remove(apiWithout);

    expect(result.failed, result.msg).to.equal(false);
    expect(await files()).to.deep.equal(left);
    expect(warningsOf(result)).to.have.lengthOf(2);
    expect(warningsOf(result)[0]).to.contain('Datastore.Allocate on /storage/local');
    expect((await remove(apiWithout))['warnings']).to.equal(undefined);
    for (const warning of warningsOf(result)) await runTold(warning);
    expect(await files()).to.deep.equal([]);
  });

  it('go with the next removal when the one of their VM was killed', async () => {
    await make();
    const commands = (await files()).map(name => ({
      match: ['DELETE', `/nodes/pve01/storage/local/content/local:snippets/${name}`],
      fail: { text: 'killed', status: 500 },
    }));
    const faults = '/etc/testnode/faults.json';
    await scene.cluster.writeFile('pve01', faults, JSON.stringify({ commands }));
    expect((await remove(api)).failed).to.equal(true);
    expect(await files()).to.have.lengthOf(2);
    await scene.cluster.writeFile('pve01', faults, '{}');

    expect((await remove(api)).msg).to.contain('which the removal of VM 200 (web) that was interrupted');
    expect(await files()).to.deep.equal([]);
  });

  it('go when their VM gets a drive of our own in their place, or are told', async () => {
    const drive = { ...web, storage: 'local', vendor_data: 'packages: [htop]\n' };
    for (const way of [api, apiWithout]) {
      await make();
      const result = await done(way, 'cloudinit_apply', drive);

      expect(await scene.hand.config(200)).not.to.contain('cicustom');
      expect(await files()).to.have.lengthOf(way === api ? 0 : 2);
      if (way === apiWithout) for (const warning of warningsOf(result)) await runTold(warning);
      expect(await files()).to.deep.equal([]);
      const next = await done(way, 'cloudinit_apply', drive);
      expect(next).to.include({ changed: false });
      expect(next['warnings']).to.equal(undefined);
      expect(await remove(api)).to.include({ failed: false });
    }
  });

  it('go with their generation of a template, or are told', async () => {
    for (const way of [api, apiWithout]) {
      for (const number of [1, 2])
        await scene.makeGeneration({ vmid: 619 + number, family: 'golden', number, more: texts });
      const golden = { vmid: 621, name: 'golden', generation: { family: 'golden', number: 2 } };
      const before = await files();
      const result = await done(way, 'template_rotate', { ...golden, template_keep: 1 });

      expect(result['removed']).to.deep.equal([620]);
      const old = before.filter(name => name.includes('-620-'));
      expect(old).to.have.lengthOf(2);
      const left = (await files()).filter(name => name.includes('-620-'));
      expect(left).to.deep.equal(way === api ? [] : old);
      if (way === apiWithout) for (const warning of warningsOf(result)) await runTold(warning);
      expect((await files()).filter(name => name.includes('-620-'))).to.deep.equal([]);
      const next = await done(way, 'template_rotate', { ...golden, template_keep: 1 });
      expect(next['warnings']).to.equal(undefined);
      await done(onNode(scene.cluster), 'vm_remove', {
        ...{ vmid: 621, name: 'golden', confirm_delete: 'golden' },
      });
    }
  });
});
