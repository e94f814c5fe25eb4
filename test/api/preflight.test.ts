import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type RestAccess } from '../../testnode/host/rest-access.ts';
import { play } from '../ansible/play.ts';
import { byApi } from '../doors/door.ts';
import { startScene, type Scene } from '../scene.ts';
import { asRoot, grantPrinted, pveumCommands } from './token.ts';

const PLAYBOOK = 'test/playbooks/api-plain.yml';

describe('the API, and a token that may exactly what the role has told', function () {
  this.timeout(300_000);
  let scene: Scene;
  let token: Readonly<Record<string, string>>;
  let inventory: string;
  before(async () => {
    scene = await startScene({ nodes: 2, settings: { unauthorizedDelay: 0 } });
    await startApi(scene.cluster);
    inventory = join(scene.home, 'no-node.ini');
    writeFileSync(inventory, 'web01 ansible_host=192.0.2.1\n');
    token = await grantPrinted(scene, PLAYBOOK);
    const authority = join(scene.home, 'pve-root-ca.pem');
    writeFileSync(authority, await scene.cluster.readFile('pve01', '/etc/pve/pve-root-ca.pem'));
    token = { ...token, SSL_CERT_FILE: authority };
  });
  after(() => scene.down());

  const run = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
    play(scene.cluster, {
      ...{ playbook: PLAYBOOK, home: scene.home, inventory, args },
      env: { ...token, ...env },
    });

  it('make the VM, with an inventory that has no node, and no program of a node is called', async () => {
    await scene.newCalls();
    const { rc, output, counts } = await run();

    expect(rc, output).to.equal(0);
    expect(counts).to.include({ failed: 0 });
    expect(await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/250.conf')).to.contain('name: plain');
    expect(await scene.newCalls()).to.deep.equal([]);
  });

  it('change nothing in a second run, in which nothing is asked twice', async () => {
    const log = (): Promise<string> => scene.cluster.readFile('pve01', '/var/log/pveproxy/access.log');
    const before = (await log()).length;
    const { rc, output, counts } = await run();

    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
    const calls = [...(await log()).slice(before).matchAll(/"(\w+) (\S+) /g)];
    expect(new Set(calls.map(([, method]) => method))).to.deep.equal(new Set(['GET']));
    const paths = calls.map(([, , path = '']) => path);
    expect(paths)
      .to.have.members([...new Set(paths)])
      .and.have.lengthOf.at.most(16);
  });

  const login = (): RestAccess => ({
    host: token['PROXMOX_HOST'] ?? '',
    user: 'ansible@pve',
    password: '',
    tokenName: 'role',
    tokenSecret: token['PROXMOX_TOKEN_SECRET'] ?? '',
    caFile: token['SSL_CERT_FILE'] ?? '',
  });
  /** All that the module alone says, asking for the VM of the playbook. */
  async function preflight(who: object, wish: object = {}): Promise<string> {
    const plain = {
      vm_name: 'plain',
      vm_vmid: 250,
      vm_node: 'pve01',
      api_node: 'pve01',
      disk_storage: 'local',
    };
    const { run: ask } = byApi(scene.cluster, login(), { ...who });
    return JSON.stringify(await ask('node_preflight', { ...plain, ...wish }));
  }

  it('tell the fingerprint of a certificate that nobody vouches for, which then opens the door', async () => {
    const told = await preflight({ api_ca_path: undefined });

    expect(told).to.contain('PVE-API-002').and.to.contain('"failed":true');
    const [print = ''] = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(told) ?? [];
    const { rc, output } = await run(['--tags', 'preflight', '-e', `proxmox_api_fingerprint=${print}`], {
      SSL_CERT_FILE: '/dev/null',
    });
    expect(rc, output).to.equal(0);
  });

  it('tell of a node that there is not, a storage that there is not, and a wish of root alone, together', async () => {
    const node = await preflight({}, { vm_node: 'pve99', api_node: 'pve99' });
    const wishes = await run([
      ...['--tags', 'preflight', '-e', 'proxmox_vm_vmid=251', '-e', 'proxmox_vm_name=other'],
      ...[
        '-e',
        '{"proxmox_vm_disks": {"scsi0": "nowhere:1"}, "proxmox_vm_extra_config": {"args": "-x"}, "proxmox_vm_memroy": 1}',
      ],
    ]);

    expect(node).to.contain('PVE-NODE-004').and.to.contain('pve01, pve02');
    expect(wishes.rc).not.to.equal(0);
    for (const code of ['PVE-API-004', 'PVE-API-005', 'PVE-STO-001', 'PVE-VAR-001'])
      expect(wishes.output, wishes.output).to.contain(code);
    for (const once of ['PVE-STO-001', 'PVE-VAR-001', 'proxmox_vm_memroy: is no variable of the role'])
      expect(wishes.output.split(once), wishes.output).to.have.lengthOf(2);
  });

  for (const [title, who, code] of [
    ['a secret that is wrong', { api_token_secret: '00000000-0000-0000-0000-000000000000' }, 'PVE-API-003'],
    ['an address where nobody answers', { api_port: 8007 }, 'PVE-API-001'],
  ] as const)
    it(`tell of ${title}, and of all else that is wrong`, async () => {
      const told = await preflight(who, { vm_memory: 3 });

      expect(told).to.contain('"failed":true').and.to.contain(code).and.to.contain('PVE-VAR-002');
    });

  it('tell what a fleet needs, each role and grant of all its VMs once', async () => {
    const inventory = join(scene.home, 'no-node.ini');
    const playbook = 'test/playbooks/api-vms.yml';
    const args = ['-e', 'only=permissions proxmox_connection=api'];
    const { rc, output } = await play(scene.cluster, { playbook, home: scene.home, inventory, args });
    const commands = pveumCommands(output);

    expect(rc, output).to.equal(0);
    expect(commands).to.have.lengthOf(new Set(commands).size);
    expect(commands).to.include('pveum role add AnsibleVM');
    // The one with an image needs more.
    expect(commands.filter(command => command.startsWith('pveum role modify AnsibleVM'))).to.have.lengthOf(2);
    for (const vmid of [251, 252, 253])
      expect(output.match(new RegExp(`pveum acl modify /vms/${vmid} `, 'g'))).to.have.lengthOf(1);
  });

  it('change nothing where a module alone lacks what its last step needs, or the sight of what it would make', async () => {
    const { run: alone } = byApi(scene.cluster, login());
    const without = async (
      privilege: string,
      module: string,
      args: Readonly<Record<string, unknown>>,
    ): Promise<string> => {
      const rules = await asRoot(scene.cluster, 'cat /etc/pve/user.cfg');
      await asRoot(scene.cluster, `sed -i 's/\\b${privilege}\\b,\\?//' /etc/pve/user.cfg`);
      const { failed, changed, msg } = await alone(module, args);
      await scene.cluster.writeFile('pve01', '/etc/pve/user.cfg', rules);
      expect({ failed, changed }, msg).to.deep.equal({ failed: true, changed: false });
      return msg;
    };
    const guests = (): Promise<string> =>
      asRoot(scene.cluster, 'qm list | tr -s " " | cut -d" " -f2-4; grep . /etc/pve/qemu-server/*.conf');
    const before = await guests();
    const plain = { vmid: 250, name: 'plain', confirm_delete: 'plain', timeout: 1 };

    expect(before).to.contain('250 plain running');
    expect(await without('VM.Allocate', 'vm_remove', plain)).to.contain(
      'who asks lacks VM.Allocate on /vms/250; give it with a role and `pveum acl modify /vms/250 …`',
    );
    await asRoot(
      scene.cluster,
      "pveum acl modify /vms/252 --roles AnsibleVM --users 'ansible@pve' --tokens 'ansible@pve!role'",
    );
    const unseen = { api_node: 'pve01', vmid: 252, name: 'unseen', disk_storage: 'local' };
    expect(await without('VM.Audit', 'vm_create', unseen)).to.contain('lacks VM.Audit on /vms/252;');
    expect(await guests()).to.equal(before);
  });

  it('tell of a token that has expired', async () => {
    await asRoot(scene.cluster, 'pveum user token modify ansible@pve role --expire 1');
    const { output } = await run(['--tags', 'preflight']);
    await asRoot(scene.cluster, 'pveum user token modify ansible@pve role --expire 0');

    expect(output).to.contain('PVE-API-003').and.to.contain('expired');
  });
});
