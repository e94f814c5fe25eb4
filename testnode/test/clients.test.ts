import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { openRestAccess, type RestAccess } from '../host/rest-access.ts';
import { startImageServer } from '../image-server/start.ts';
import { makeBootableImage } from '../image-server/bootable-image.ts';

const CLIENTS = join(import.meta.dirname, '../clients');
const INSTALLED = join(import.meta.dirname, '../../.cache/clients');
const KEY = join(import.meta.dirname, '../transcripts/fixtures/k1.pub');
const URL = 'https://cloud.debian.org/fetched.qcow2';
const NODE = 'pve01';

/** Clients by other people, unmodified: what they ask for is what PVE's users have. */
describe('clients of the REST API', () => {
  let cluster: Cluster;
  let folder: string;
  let access: RestAccess;

  before(async function () {
    if (!existsSync(INSTALLED))
      throw new Error('the clients are not installed; run: node build/setup.mjs --clients');
    folder = mkdtempSync(join(tmpdir(), 'clients-'));
    cluster = await startNodes({ nodes: 2 });
    await makeBootableImage(file('uploaded.qcow2'));
    copyFileSync(file('uploaded.qcow2'), file('tiny.iso'));
    await startImageServer(cluster, { files: { [URL]: file('uploaded.qcow2') } });
    access = await openRestAccess(cluster);
  });
  after(async () => {
    await cluster.down();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string): string => join(folder, name);
  const onNode = async (script: string): Promise<string> =>
    (await cluster.exec(NODE, ['bash', '-c', script])).stdout;

  async function tokenOf(user: string, name: string, options: string): Promise<string> {
    const text = await onNode(
      `pvesh create /access/users/${user}/token/${name} ${options} --output-format json`,
    );
    return (JSON.parse(text) as { value: string }).value;
  }

  function call(program: string, ...args: readonly string[]) {
    return cluster.controllerExec([join(INSTALLED, 'bin', program), ...args], {
      env: {
        ANSIBLE_COLLECTIONS_PATH: INSTALLED,
        ANSIBLE_LOCALHOST_WARNING: 'False',
        ANSIBLE_INVENTORY_UNPARSED_WARNING: 'False',
        PATH: `${INSTALLED}/bin:/usr/bin:/bin`,
        REQUESTS_CA_BUNDLE: access.caFile,
      },
    });
  }

  /** Runs the proxmoxer script and answers what it saw. */
  async function proxmoxer(
    order: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const script = join(CLIENTS, 'with_proxmoxer.py');
    const { rc, stdout, stderr } = await call(
      'python',
      script,
      JSON.stringify({ host: access.host, iso: file('tiny.iso'), ...order }),
    );
    expect(rc, stderr).to.equal(0);
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  }

  const LOGINS = {
    'a password': () => ({ vmid: 200, password: access.password }),
    'a token': () => ({ vmid: 201, token_name: 'test', token_value: access.tokenSecret }),
  };
  for (const [name, login] of Object.entries(LOGINS))
    it(`proxmoxer with ${name} makes a VM and changes it`, async () => {
      const seen = await proxmoxer(login());

      expect(seen).to.deep.include({
        nodes: ['pve01', 'pve02'],
        created: 'OK',
        taken: 500,
        resized: 'OK',
        uploaded: 'OK',
      });
      expect(seen['found']).to.deep.equal(['from-python']);
      expect(seen['isos']).to.include('local:iso/tiny.iso');
      expect(await onNode(`qm config ${login().vmid}`))
        .to.include('memory: 768\n')
        .and.include('size=2G')
        .and.include('description: by Python%3A %C3%A4\n');
    });

  it('proxmoxer is refused what a token of its own may not', async () => {
    const order = {
      vmid: 202,
      token_name: 'weak',
      token_value: await tokenOf('root@pam', 'weak', '--privsep 1'),
    };
    const script = join(CLIENTS, 'with_proxmoxer.py');

    const { rc, stderr } = await call(
      'python',
      script,
      JSON.stringify({ host: access.host, iso: file('tiny.iso'), ...order }),
    );

    expect(rc).not.to.equal(0);
    expect(stderr).to.include('403 Forbidden: Permission check failed');
  });

  it('eight of them at once lose no change, with qm at work beside them', async () => {
    await onNode('qm create 400 --memory 512');
    const order = {
      host: access.host,
      vmid: 400,
      rounds: 8,
      token_name: access.tokenName,
      token_value: access.tokenSecret,
    };
    const beside = onNode('for n in 1 2 3 4 5 6 7 8; do qm set 400 --description "round $n"; done');
    const { stdout, stderr } = await call('python', join(CLIENTS, 'load.py'), JSON.stringify(order));
    await beside;

    expect(stdout, stderr).to.equal('');
    const config = await onNode('qm config 400');
    expect(config).to.include('description: round 8\n');
    for (const option of [
      'cores',
      'sockets',
      'vcpus',
      'cpuunits',
      'shares',
      'migrate_speed',
      'memory',
      'migrate_downtime',
    ])
      expect(config).to.include(`${option}: 107\n`);
  });

  describe('community.proxmox', () => {
    let output: string;

    before(async () => {
      writeFileSync(
        file('test.proxmox.yml'),
        JSON.stringify({
          plugin: 'community.proxmox.proxmox',
          url: `https://${access.host}:8006`,
          user: 'root@pam',
          password: access.password,
          validate_certs: true,
          want_facts: true,
        }),
      );
      const vars = {
        host: access.host,
        token_id: 'test',
        token_secret: access.tokenSecret,
        image: file('uploaded.qcow2'),
        url: URL,
        checksum: createHash('sha256')
          .update(readFileSync(file('uploaded.qcow2')))
          .digest('hex'),
        key: readFileSync(KEY, 'utf8').trim(),
      };
      const playbook = join(CLIENTS, 'proxmox.yml');
      const { stdout, stderr } = await call(
        'ansible-playbook',
        '-i',
        'localhost,',
        playbook,
        '-e',
        JSON.stringify(vars),
      );
      output = stdout + stderr;
    });

    it('does all that it is asked for', () => {
      expect(output.includes('failed=0 '), output).to.equal(true);
    });

    it('makes a VM of an image that the node fetched, with pool, cloud-init and keys', async () => {
      const config = await onNode('qm config 300');

      expect(config)
        .to.include('name: from-module\n')
        .and.include('tags: a;b\n')
        .and.include('template: 1\n')
        .and.include('ipconfig0: ip=10.98.0.60/24,gw=10.98.0.1\n')
        .and.include('searchdomain: corp.test\n')
        .and.match(/^scsi0: local:300\/base-300-disk-\d\.qcow2,size=64M$/m)
        .and.match(/^ide2: local:300\/vm-300-cloudinit\.qcow2,media=cdrom/m)
        .and.match(/^sshkeys: ssh-/m);
      expect(await onNode('cat /etc/pve/user.cfg')).to.match(/^pool:tests:made by a module:.*300/m);
    });

    it('changes settings, disks and network cards', async () => {
      expect(await onNode('qm config 300'))
        .to.include('memory: 2048\n')
        .and.include('description: line two\n')
        .and.match(/^scsi1: local-lvm:base-300-disk-\d,backup=0,size=3G$/m)
        .and.match(/^net1: virtio=[0-9A-F:]{17},bridge=vmbr1,.*tag=5$/m);
    });

    it('clones, takes snapshots and removes', async () => {
      expect(await onNode('qm config 301')).to.match(
        /^scsi0: local:300\/base-300-disk-\d\.qcow2\/301\/vm-301-/m,
      );
      expect(await onNode('qm config 302')).to.match(/^scsi0: local:302\/vm-302-disk-\d\.raw,/m);
      expect(await onNode('qm listsnapshot 301')).to.include('before');
      expect(await onNode('qm list')).not.to.match(/^\s*310 /m);
    });

    it('uploads images', async () => {
      expect(await onNode('pvesm list local --content import'))
        .to.include('local:import/uploaded.qcow2')
        .and.include('local:import/fetched.qcow2');
    });

    it('makes users and grants, which hold', async () => {
      expect(await onNode('cat /etc/pve/user.cfg'))
        .to.match(/^user:someone@pve:1:0:.*made by a module/m)
        .and.match(/^acl:1:\/vms\/301:someone@pve:PVEVMUser:/m);
      expect(await proxmoxerVms('someone@pve', 'geheim-1234')).to.deep.equal([301]);
    });

    it('lists the guests in its inventory', async () => {
      const { stdout, stderr } = await call('ansible-inventory', '-i', file('test.proxmox.yml'), '--list');

      expect(stdout, stderr).to.include('"linked"').and.include('proxmox_pool_tests');
    });
  });

  /** The VMs that a user sees. */
  async function proxmoxerVms(user: string, password: string): Promise<unknown> {
    const script = `import json, sys; from proxmoxer import ProxmoxAPI
api = ProxmoxAPI(sys.argv[1], user=sys.argv[2], password=sys.argv[3], timeout=60)
print(json.dumps([vm['vmid'] for vm in api.cluster.resources.get(type='vm')]))`;
    const { stdout, stderr } = await call('python', '-c', script, access.host, user, password);
    return JSON.parse(stdout || JSON.stringify(stderr));
  }
});
