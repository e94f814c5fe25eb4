import { expect } from 'chai';
import { execa } from 'execa';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { makeSandbox, releases, type Played, type Sandbox } from './sandbox.ts';

const IDENTITY = { proxmox_vm_name: 'web', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01' };

const LOCAL = { hosts: 'localhost', connection: 'local', gather_facts: false };

/** Texts as Ansible Vault encrypts them, by one call. */
async function vaults(texts: readonly string[], passwordFile: string, programs?: string): Promise<readonly string[]> {
  const args = ['encrypt_string', '--vault-password-file', passwordFile, ...texts];
  const { stdout } = await execa(`${programs ?? `${root}.venv/bin`}/ansible-vault`, args);
  const encrypted = stdout.split('!vault |').slice(1);
  return encrypted.map(text => `${text.trim().replaceAll(/\n\s+/g, '\n')}\n`);
}

/** A play as JSON, whose texts `VAULT:…` stand there encrypted. */
async function playSecrets(sandbox: Sandbox, tasks: readonly object[], programs?: string): Promise<Played> {
  const file = join(sandbox.folder, 'vault-password');
  await writeFile(file, 'word');
  const text = JSON.stringify([{ ...LOCAL, tasks }]);
  const secrets = [...text.matchAll(/"VAULT:(.*?)"/g)].map(([, secret = '']) => secret.replaceAll('\\n', '\n'));
  const encrypted = await vaults(secrets, file, programs);
  let next = 0;
  const whole = text.replaceAll(/"VAULT:.*?"/g, () => `!vault ${JSON.stringify(encrypted[next++])}`);
  return sandbox.play(whole, ['--vault-password-file', file]);
}

async function several(
  entries: readonly object[],
  values: object,
  programs: string | undefined,
  args: readonly string[] = [],
): Promise<Played> {
  const sandbox = await makeSandbox({}, undefined, [], programs);
  const vars = { proxmox_vm_node: 'pve01', ...values, proxmox_vms: entries };
  const plays = [
    {
      hosts: 'localhost',
      tasks: [{ include_role: { name: 'proxmox', tasks_from: 'vms' }, vars, tags: ['always'] }],
    },
    { hosts: 'proxmox_vms', connection: 'local', roles: ['proxmox'] },
  ].map(one => ({ gather_facts: false, ...one }));
  try {
    return await sandbox.play(JSON.stringify(plays), args);
  } finally {
    await sandbox.remove();
  }
}

const argsOf = ({ calls }: Played, module: string): readonly Readonly<Record<string, unknown>>[] =>
  calls.filter(call => call.module === module).map(({ args }) => args);

const include = (vars: object, tasks_from = 'main') => ({
  include_role: { name: 'proxmox', tasks_from },
  vars: { ...IDENTITY, ...vars },
  tags: ['always'],
});

for (const { title, programs } of releases)
  describe(`values of the role’s variables, for ${title}`, function () {
    this.timeout(300_000);
    const network = '{\n  "version": 2\n}\n';
    let played: Played;
    let report: string;
    before(async () => {
      const answer = { changed: false, json: network, html: '<p>', failure: '', drift: [], undeclared: [] };
      const sandbox = await makeSandbox(
        { fleet_report: `cat <<'EOF'\n${JSON.stringify(answer)}\nEOF\nexit` },
        'pve01 ansible_connection=local\n[proxmox_vms]\nweb\n',
        [],
        await programs(),
      );
      const at = (name: string): string => join(sandbox.folder, name);
      await writeFile(at('network.json'), network);
      const tasks = [
        include({
          proxmox_vm_cloud_image: 'debian-12',
          proxmox_vm_cloud_init_password: 'VAULT:a{{ b }}c',
          proxmox_vm_cloud_image_headers: { Authorization: 'VAULT:Bearer x' },
          proxmox_vm_cloud_init_user_data: 'VAULT:#cloud-config\nhostname: web\n',
          proxmox_vm_cloud_init_vendor_data: { runcmd: ['VAULT:echo hush {{ x }}', 'echo ü'] },
          proxmox_vm_cloud_init_network_data_file: at('network.json'),
        }),
        include({
          proxmox_vm_cloud_image: 'debian-12',
          proxmox_vm_vmid: '{{ omit }}',
          proxmox_vm_vmid_range: '200-209',
          proxmox_vm_pool: '{{ omit }}',
          proxmox_vm_cloud_init_user_data: '{{ omit }}',
          proxmox_vm_cloud_init_ssh_keys_file: '{{ omit }}',
        }),
        include({ proxmox_report_path: at('drift.json') }, 'report'),
      ];
      played = await playSecrets(sandbox, tasks, await programs());
      expect(played.exitCode, played.output).to.equal(0);
      report = await readFile(at('drift.json'), 'utf8');
      await sandbox.remove();
    });

    it('are what Vault has encrypted, alone or in a dictionary', () => {
      const [fetched] = argsOf(played, 'cloud_image_fetch');
      const [applied] = argsOf(played, 'cloudinit_apply');

      expect(fetched).to.deep.include({ headers: { Authorization: 'Bearer x' } });
      expect(applied).to.include({
        password: 'a{{ b }}c',
        user_data: '#cloud-config\nhostname: web\n',
        vendor_data: '#cloud-config\nruncmd:\n- echo hush {{ x }}\n- echo ü\n',
      });
    });

    it('are texts of files and of modules, also where they read as a dictionary', () => {
      expect(argsOf(played, 'cloudinit_apply')[0]).to.include({ network_data: network });
      expect(report).to.equal(network);
    });

    it('are omit where nobody needs them', () => {
      const [, made] = argsOf(played, 'vm_create');
      const [, applied] = argsOf(played, 'cloudinit_apply');

      expect(played.output).to.contain('VM web on pve01').and.not.to.match(/omit/i);
      expect(made).to.include({ vmid_range: '200-209', image_disk: 'scsi0' });
      expect(made).not.to.have.any.keys('vmid', 'pool');
      expect(applied).not.to.have.any.keys('user_data', 'ssh_keys_file');
    });

    it('are worked out for each of several VMs where they mention its name, a number that another has as VMID', async () => {
      const entries = [
        { name: 101, vmid: 200 },
        { name: 'b', vmid: 101 },
      ];
      const vars = {
        proxmox_vm_node: "{{ {'101': 'pve01', 'b': 'pve01'}[proxmox_vm_name | string] }}",
        proxmox_vm_cloud_image: 'debian-12',
        proxmox_vm_cloud_init_ip: "{{ {'101': '10.0.0.5/24', 'b': '10.0.0.6/24'}[proxmox_vm_name | string] }}",
        proxmox_vm_cloud_init_gw: '10.0.0.1',
        proxmox_vm_data_disks: { scsi2: { name: '{{ proxmox_vm_name }}-data', size: '1G' } },
        proxmox_vm_networks: {
          net0: "virtio={{ {'101': 'BC:24:11:00:00:0A', 'b': 'BC:24:11:00:00:0B'}[proxmox_vm_name | string] }}",
        },
      };
      const played = await several(entries, vars, await programs());

      expect(played.exitCode, played.output).to.equal(0);
      const calls = played.calls.filter(({ module }) => module === 'cloudinit_apply');
      expect(calls.map(({ args }) => `${String(args['hostname'])} ${String(args['ip'])}`)).to.have.members([
        '101 10.0.0.5/24',
        'b 10.0.0.6/24',
      ]);
      expect(JSON.stringify(played.calls)).to.contain('101-data').and.to.contain('b-data');
      expect(JSON.stringify(played.calls))
        .to.contain('BC:24:11:00:00:0A')
        .and.to.contain('BC:24:11:00:00:0B');
    });

    it('are refused where what is set for all is nothing for one of several VMs', async () => {
      const entries = [
        { name: 'a', vmid: 200 },
        { name: 'b', vmid: 201, cloud_init_password: 's3cret' },
        { name: 'c', vmid: 202, description: 'its own', memory: 1024 },
      ];
      const vars = {
        proxmox_vm_description: "{{ {'a': 'x'}[proxmox_vm_name] }}",
        proxmox_vm_memory: "{{ {'a': 512}[proxmox_vm_name] }}",
      };
      const { calls, output } = await several(entries, vars, await programs());

      expect(output.match(/"msg": "cannot begin: .*? for \w+;/g)).to.deep.equal([
        '"msg": "cannot begin: proxmox_vm_memory and proxmox_vm_description, set for all of proxmox_vms, cannot be worked out for b;',
      ]);
      expect(output).not.to.contain('s3cret');
      expect(calls).to.deep.equal([]);
    });

    it('are refused where two of several VMs are to have one data disk, MAC or address, and where they have no node', async () => {
      const data_disks = { scsi2: { name: 'pgdata', size: '1G' } };
      const entries = [
        { name: 'pgdata', vmid: 200, data_disks, cloud_init_ip6: 'fd00::a/64' },
        { name: 'b', vmid: 201, data_disks, networks: { net1: 'virtio=bc:24:11:00:00:01,bridge=vmbr0' } },
        {
          ...{ name: 'c', vmid: 202, networks: { net0: 'virtio,bridge=vmbr0' }, cloud_init_ip6: 'FD00::A/64' },
          ...{ make_template: true, create_clones: true },
          clones: [{ name: 'd', vmid: 203, networks: { net1: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' } }],
        },
      ];
      const shared = { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' };
      const vars = { proxmox_vm_node: '', proxmox_vm_networks: shared };
      const { output, calls } = await several(entries, vars, await programs());

      expect(output).to.contain('cannot begin: 7 problem(s) found');
      for (const line of [
        'proxmox_vms[1].data_disks.scsi2.name: pgdata is given to proxmox_vms[0].data_disks.scsi2.name, too',
        'proxmox_vms[1].networks.net1: bc:24:11:00:00:01 is given to proxmox_vms[0].networks.net0, too',
        'proxmox_vms[2].clones[0].networks.net1: BC:24:11:00:00:01 is given to proxmox_vms[0].networks.net0, too',
        'proxmox_vms[2].cloud_init_ip6: FD00::A is given to proxmox_vms[0].cloud_init_ip6, too',
        'proxmox_vms[1]: has no node',
      ])
        expect(output).to.contain(line);
      expect(calls).to.deep.equal([]);
    });

    it('are those of all where an entry has omit, and nothing is given twice by it', async () => {
      const omitted = { vmid: '{{ omit }}', memory: '{{ omit }}', cloud_init_ip: '{{ omit }}', networks: null };
      const played = await several(
        ['a', 'b'].map(name => ({ name, ...omitted })),
        { proxmox_vm_vmid_range: '200-209', proxmox_vm_memory: 4096 },
        await programs(),
        ['--tags', 'vm,create'],
      );

      const made = played.calls.filter(({ module }) => module === 'vm_create').map(({ args }) => args);
      expect(made.map(({ name }) => name).sort(), played.output).to.deep.equal(['a', 'b']);
      for (const args of made) {
        expect(args).to.deep.include({ vmid_range: '200-209', vmid_reserved: [] }).and.not.to.have.key('vmid');
        expect(Number(args['memory'])).to.equal(4096);
      }
    });

    it('are numbers that nobody has given or reserved for a template on several nodes', async () => {
      const nodes = '{"nodes": [], "others": ["pve02"], "replicas": ["pve01", "pve02"]}';
      const sandbox = await makeSandbox(
        { template_nodes: `echo '${nodes}'; exit` },
        'pve01 ansible_connection=local\npve02 ansible_connection=local\n',
        [],
        await programs(),
      );
      const vars = {
        proxmox_vm_vmid: '{{ omit }}',
        proxmox_vm_vmid_reserved: '{{ omit }}',
        proxmox_vm_make_template: true,
        proxmox_vm_template_nodes: 'all',
        proxmox_vm_template_vmid_range: '9000-9009',
      };
      const play = { hosts: 'localhost', gather_facts: false, tasks: [include(vars)] };
      const played = await sandbox.play(JSON.stringify([play]), ['--tags', 'vm,create']);
      await sandbox.remove();

      expect(played.output).not.to.match(/omit/i);
      const choices = played.calls.filter(({ module }) => module === 'template_generation');
      expect(choices, played.output).to.have.lengthOf(2);
      for (const { args } of choices) expect(args['vmid_reserved']).to.deep.equal([]);
    });
  });
