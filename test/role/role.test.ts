import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { variables } from '../../role-src/variables.ts';
import { makeSandbox, type Answers, type Call, type Played } from './sandbox.ts';

const IDENTITY = { proxmox_vm_name: 'web', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01' };

type Values = Readonly<Record<string, unknown>>;

const LOCAL = { hosts: 'localhost', connection: 'local', gather_facts: false };

const include = (values: Values) => ({
  name: 'Role',
  include_role: { name: 'proxmox' },
  vars: { ...IDENTITY, ...values },
  tags: ['always'],
});
const playOf = (...tasks: readonly object[]): string => JSON.stringify([{ ...LOCAL, tasks }]);

/** A play that includes the role once per set of variables, as the examples do. */
const playbook = (...roles: readonly Values[]): string => playOf(...roles.map(include));

interface Setting {
  readonly answers?: Answers;
  readonly inventory?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Of ansible-playbook. */
  readonly args?: readonly string[];
}

async function run(text: string, { answers, inventory, files = {}, args }: Setting = {}): Promise<Played> {
  const sandbox = await makeSandbox(answers, inventory);
  try {
    await mkdir(join(sandbox.folder, 'keys'));
    for (const [name, content] of Object.entries(files))
      await writeFile(join(sandbox.folder, name), content, { mode: 0o755 });
    return await sandbox.play(text, args);
  } finally {
    await sandbox.remove();
  }
}

const argsOf = (calls: readonly Call[], module: string): Values[] =>
  calls.filter(call => call.module === module).map(call => call.args);

describe('role', function () {
  this.timeout(300_000);

  describe('with a VM of each kind', () => {
    const image = { proxmox_vm_cloud_image: 'debian-12' };
    let played: Played;
    before(async () => {
      const text = playbook(
        {
          ...{ ...image, proxmox_vm_vmid: 201, proxmox_vm_memory: 4096 },
          ...{ proxmox_vm_start_after_create: false, proxmox_vm_cloud_init_ssh_keys: ['key one'] },
          proxmox_vm_cloud_init_ssh_keys_file: 'keys/a.pub',
        },
        {
          ...{ ...image, proxmox_vm_vmid: 202, proxmox_vm_cloud_init_user: 'me' },
          ...{ proxmox_vm_make_template: true, proxmox_vm_cloud_init_ssh_keys_file: '/nowhere/b.pub' },
        },
        {
          ...{ proxmox_vm_cloud_image_url: 'https://example.com/x.img', proxmox_vm_vmid: 203 },
          ...{ proxmox_vm_create_clones: true, proxmox_vm_memroy: 1 },
        },
        { ...image, proxmox_vm_vmid: 204, proxmox_vm_cloud_init_enabled: false },
        { proxmox_vm_vmid: 205, proxmox_disk_storage: 'tank' },
      );
      played = await run(text, {
        inventory: 'other\nrack4 proxmox_node_name=pve01 ansible_connection=local\n',
        files: { 'keys/a.pub': '# mine\nkey two\n\nkey three\n' },
      });
    });

    it('hands variables over, leaves out what nobody said, and knows the user of a named image', () => {
      const { calls, output, exitCode } = played;

      expect(exitCode, output).to.equal(0);
      const [first, , , , plain] = argsOf(calls, 'vm_create');
      expect(first).to.include({ vmid: 201, name: 'web', memory: 4096, image_disk: 'scsi0' });
      expect(first).to.deep.include({ disks: variables.proxmox_vm_disks.default });
      expect(first).not.to.have.any.keys('pool', 'agent', 'machine');
      expect(plain)
        .to.deep.include({ disks: { scsi0: 'tank:32,format=raw' } })
        .and.not.to.have.key('image_disk');
      expect(first).to.deep.include({
        cloud_init_enabled: true,
        cloud_init_user: 'debian',
        cloud_init_ip: 'dhcp',
      });
      expect(plain).to.include({ cloud_init_enabled: false });
      const users = argsOf(calls, 'cloudinit_apply').map(args => args['user']);
      expect(users).to.deep.equal(['debian', 'me', variables.proxmox_vm_cloud_init_user.default]);
      const told = argsOf(calls, 'node_preflight').map(args => args['play_variables'] as string[]);
      expect(told.map(names => names.includes('proxmox_vm_memroy'))).to.deep.equal([
        ...[false, false, true, false, false],
      ]);
      expect(told[0]).to.include('proxmox_vm_memory');
      expect(told.flat().filter(name => name.startsWith('proxmox_role_'))).to.deep.equal([]);
    });

    it('takes SSH keys from a file of the controller, else leaves the file to the node', () => {
      const [here, there] = argsOf(played.calls, 'cloudinit_apply');

      expect(here).to.deep.include({ ssh_keys: ['key one', 'key two', 'key three'] });
      expect(here).not.to.have.key('ssh_keys_file');
      expect(there).to.deep.include({ ssh_keys: [], ssh_keys_file: '/nowhere/b.pub' });
      const told = argsOf(played.calls, 'node_preflight').map(args => args['ssh_keys_on_controller']);
      expect(told.slice(0, 2)).to.deep.equal([true, false]);
    });

    it('makes, applies and starts only what is wanted', () => {
      const numbers = (module: string): unknown[] => argsOf(played.calls, module).map(args => args['vmid']);

      expect(numbers('vm_create')).to.deep.equal([201, 202, 203, 204, 205]);
      expect(numbers('qm_import_disk')).to.deep.equal([201, 202, 203, 204]);
      expect(numbers('cloudinit_apply')).to.deep.equal([201, 202, 203]);
      expect(numbers('vm_power')).to.deep.equal([204, 205]);
      expect(numbers('template_convert')).to.deep.equal([202]);
      expect(numbers('vm_clone')).to.deep.equal([203]);
    });

    it('finds the node by proxmox_node_name', () => {
      expect(played.output).to.contain('[localhost -> rack4]');
    });
  });

  it('compares nothing of a VM that it has just made, and does not make one that preflight has seen', async () => {
    const image = { proxmox_vm_cloud_image: 'debian-12' };
    const ofDb = `tail -n 1 "$CALLS" | grep -q '"vm_name": "db"'`;
    const made = await run(playbook(image, { ...image, proxmox_vm_name: 'db' }), {
      answers: {
        node_preflight: `${ofDb} && { echo '{"changed": false, "vm_exists": true}'; exit; }`,
        vm_create: `echo '{"changed": true, "vmid": 200, "name": "web"}'; exit`,
      },
    });

    // The second role is about a VM that is there, whatever the first one has registered.
    expect(argsOf(made.calls, 'vm_create').map(args => args['name'])).to.deep.equal(['web']);
    expect(argsOf(made.calls, 'vm_configure').map(args => args['name'])).to.deep.equal(['db']);
    expect(argsOf(made.calls, 'cloudinit_apply').map(args => args['name'])).to.deep.equal(['db']);
    expect(argsOf(made.calls, 'qm_import_disk')[0]).to.include({ cloud_init_drive: true });
  });

  it('refuses at once what no stage would say: where proxmox_vms belongs, which images there are, and that a name is missing', async () => {
    const wishes = [
      { proxmox_vms: [{ name: 'web' }] },
      { proxmox_vm_cloud_image: 'debian-99' },
      { proxmox_vm_name: undefined },
    ].map(values => ({ block: [include(values)], rescue: [{ debug: { msg: 'Next' } }], tags: ['always'] }));
    const { calls, output, exitCode } = await run(playOf(...wishes), { args: ['--tags', 'image,vm'] });

    expect(exitCode, output).to.equal(0);
    expect(calls).to.deep.equal([]);
    expect(output).to.contain('tasks_from: vms').and.contain('hosts: proxmox_vms');
    expect(output).to.contain('cannot use the image debian-99').and.contain('debian-12,');
    expect(output).to.contain('cannot make a VM: proxmox_vm_name is not set');
  });

  it('says of each of several VMs what is missing, and makes the others', async () => {
    const plays = [{ hosts: 'proxmox_vms', gather_facts: false, roles: ['proxmox'] }];
    const inventory =
      'pve01 ansible_connection=local\n[proxmox_vms]\nweb proxmox_vm_node=pve01\n' +
      'db proxmox_vm_node=pve01 proxmox_vm_name=db proxmox_vm_vmid=201\n[all:vars]\nproxmox_vms=[{"name":"db"}]\n';
    const named = `tail -n 1 "$CALLS" | grep -q vm_name || { echo '{"failed": true, "msg": "no name"}'; exit; }`;
    const { calls, output } = await run(JSON.stringify(plays), {
      inventory,
      answers: { node_preflight: named },
    });

    expect(output).to.match(/fatal: \[web -> pve01\].*no name/);
    expect(argsOf(calls, 'vm_create').map(args => args['vmid'])).to.deep.equal([201]);
  });

  it('tells hosts of which nothing has failed that another one ends the play', async () => {
    const task = { include_role: { name: 'proxmox' }, tags: ['always'] };
    const vars = { proxmox_vm_name: '{{ inventory_hostname }}', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01' };
    const play = { hosts: 'web1,web2', gather_facts: false, any_errors_fatal: true, vars, tasks: [task] };
    const { output, exitCode } = await run(JSON.stringify([play]), {
      inventory: 'pve01 ansible_connection=local\nweb[1:2]\n',
      answers: {
        vm_create: `tail -n 1 "$CALLS" | grep -q web1 || { echo '{"failed": true, "msg": "it is full"}'; exit; }`,
      },
    });

    expect(exitCode, output).not.to.equal(0);
    expect(output).to.contain('fatal: [web2 -> pve01]').and.contain('reason: it is full');
    expect(output).to.match(/fatal: \[web1 .*create-vm was not ended: another host has failed/);
    expect(output).not.to.contain('is undefined');
  });

  it('tells what kept a module from running, as sudo that asks for a terminal', async () => {
    const { output, exitCode } = await run(playbook({ proxmox_vm_cloud_image: 'debian-12' }), {
      answers: { vm_create: 'printf "warning\\nsudo: sorry, no terminal\\n" >&2; exit 1' },
    });

    expect(exitCode).to.equal(2);
    expect(output).to.match(/reason: .*: sudo: sorry, no terminal"/);
    expect(output).to.contain('"done: preflight-checks, download-image"');
    expect(output).to.contain('only this stage again: --tags vm,create');
  });

  it('names the stage and the task that failed, for which VM, what is done and what to do; a rescue has no result of the one before', async () => {
    const golden = {
      proxmox_vm_name: 'golden',
      proxmox_vm_make_template: true,
      proxmox_vm_template_rotate: true,
    };
    const failing = {
      block: [include({ proxmox_vm_cloud_image: 'debian-12' })],
      rescue: [{ debug: { msg: 'result: {{ proxmox_vm_result }}' } }],
    };
    const { calls, output, exitCode } = await run(playOf(include(golden), failing), {
      answers: {
        template_generation: `echo '{"vmid": 9001, "name": "golden-g1", "mark": {}}'; exit`,
        cloud_image_fetch: `echo '{"failed": true, "msg": "the storage is full"}'; exit 1`,
      },
    });

    expect(exitCode, output).to.equal(0);
    expect(calls.map(call => call.module)).not.to.include('qm_import_disk');
    expect(output).to.contain(
      'Stage download-image failed at \\"Fetch and verify the image\\" for VM 200 (web)',
    );
    expect(output).to.contain('reason: the storage is full').and.to.contain('"msg": "result: {}"');
    expect(output)
      .to.contain('"done: preflight-checks"')
      .and.to.contain('not done: download-image, create-vm, configure-vm');
    expect(output).to.contain('only this stage again: --tags image');
  });

  it('tells of everything what it is, of what was not done why, and of every VM its own', async () => {
    const image = { proxmox_vm_cloud_image: 'debian-12', proxmox_vm_start_after_create: false };
    const clones = [
      {
        ...{ name: 'c1', vmid: 301, state: 'running', summary: 'clone 301 (c1) on pve01: running' },
        login: 'ssh debian@<address>; DHCP gives it to BC:24:11:00:00:01',
      },
      {
        ...{ name: 'c2', vmid: 302, state: 'not made', error: 'the storage is full' },
        summary: 'clone 302 (c2) on pve01: not made, with an error: the storage is full',
      },
    ];
    const { output } = await run(
      playbook(
        { ...image, proxmox_vm_create_clones: true },
        { ...image, proxmox_vm_vmid: 9000, proxmox_vm_make_template: true },
        {},
        { proxmox_vm_state: 'absent', proxmox_vm_vmid: 201 },
      ),
      {
        answers: {
          cloud_image_fetch: `echo '{"path": "/cache/x.img", "summary": "qcow2, verified by checksum"}'; exit`,
          vm_create: `echo '{"changed": true, "vmid": 200, "name": "web"}'; exit`,
          qm_import_disk: `echo '{"is_image": false}'; exit`,
          template_convert: `echo '{"template": true}'; exit`,
          vm_clone: `echo '${JSON.stringify({ clones })}'; exit`,
          vm_remove: `echo '{"exists": false, "state": "not there"}'; exit`,
          vm_power: `echo '{"running": true, "state": "running"}'; exit`,
        },
      },
    );

    const [, first = '', template, plain, removed] = output.split('Say what there is now');
    expect(first).to.contain('"Done: preflight-checks, download-image, create-vm, configure-vm"');
    expect(first).to.contain('"Not done: create-clones, for c2"');
    expect(first).to.contain('image /cache/x.img: qcow2, verified by checksum; it did not become the disk');
    expect(first).to.contain('VM 200 (web) on pve01: made, not started"');
    expect(first).to.contain('clone 301 (c1) on pve01: running');
    expect(first).to.contain('clone 302 (c2) on pve01: not made, with an error: the storage is full"');
    expect(first).to.contain('next: ssh debian@<address>; DHCP gives it to BC:24:11:00:00:01"');
    expect(template).to.match(/VM \d+ \(web\) on pve01: template/).and.not.contain('clone 301');
    expect(plain).to.contain('VM 200 (web) on pve01: running');
    expect(plain).not.to.contain('clone 301').and.not.to.contain('/cache/x.img');
    expect(removed).to.contain('VM 201 (web) on pve01: not there"').and.not.contain('create-clones');
  });
});

describe('the role beside other tasks of a play', function () {
  this.timeout(300_000);

  const play = (roles: readonly object[], ...tasks: readonly object[]): string =>
    JSON.stringify([{ ...LOCAL, roles: roles.map(role => ({ role: 'proxmox', ...role })), tasks }]);

  it('begins at the task that is said, and tells no stage as done that it did not come to', async () => {
    const { calls, output, exitCode } = await run(play([IDENTITY]), {
      args: ['--start-at-task', 'proxmox : Stage 4, configure-vm'],
    });

    expect(exitCode, output).to.equal(0);
    expect(calls.map(call => call.module)).to.deep.equal(['vm_configure', 'vm_power']);
    expect(output).to.contain('"Done: configure-vm"');
  });

  it('does nothing, and fails nowhere, when a condition says so, whatever is set', async () => {
    const { calls, output, exitCode } = await run(
      play([
        { ...IDENTITY, when: false },
        { proxmox_vm_memory: 1, when: false },
      ]),
    );

    expect(exitCode, output).to.equal(0);
    expect(calls).to.deep.equal([]);
    expect(output).to.match(/ok=\d+ +changed=0 +unreachable=0 +failed=0 +skipped=\d+ +rescued=0/);
  });

  it('leaves a rescue none where it is refused before stage 1, and lets a VM speak of the one before', async () => {
    const next = (vars: object): object => ({
      include_role: { name: 'proxmox' },
      vars: { ...IDENTITY, proxmox_vm_name: 'db', ...vars },
    });
    const said = next({ proxmox_vm_description: 'beside {{ proxmox_vm_result.name }}' });
    const failing = next({ proxmox_vm_node: 'pve99' });
    const rescue = [{ debug: { msg: 'result: {{ proxmox_vm_result }}' } }];
    const { calls, output, exitCode } = await run(play([IDENTITY], said, { block: [failing], rescue }));

    expect(exitCode, output).to.equal(0);
    const described = calls.filter(({ module }) => module === 'vm_create').map(({ args }) => args['description']);
    expect(described).to.deep.equal([undefined, `beside ${IDENTITY.proxmox_vm_name}`]);
    expect(output).to.contain('cannot work on node pve99').and.to.contain('"msg": "result: {}"');
  });

  it('sends its modules through the connection, unless the host says no, and leaves other tasks as they are', async () => {
    const tell = `echo '{"changed": false, "warnings": ["began as '"$0"'"]}'; exit`;
    const other = {
      name: 'Other',
      debug: { msg: 'pipelining {{ ansible_pipelining | default(false) }}' },
    };
    const { output } = await run(play([IDENTITY, { ...IDENTITY, proxmox_vm_node: 'pve02' }], other), {
      answers: { vm_power: tell },
      inventory: 'pve01 ansible_connection=local\npve02 ansible_connection=local ansible_pipelining=false\n',
    });

    expect(output.match(/began as (?:\/bin\/sh|\S*AnsiballZ_vm_power)/g)).to.have.lengthOf(2);
    expect(output).to.match(/began as \/bin\/sh[^]*began as \S*AnsiballZ_vm_power/);
    expect(output).not.to.contain('pipelining True');
  });
});

describe('a node without Node.js', function () {
  this.timeout(300_000);

  /** Answers as the front of a bundle until apt-get has run. */
  const preflight = `[ -e "$CALLS.node" ] || { echo '{"failed": true, "nodejs_missing": true, "msg": "no Node.js here"}'; exit 1; }`;
  it('gets it from its own package lists, then is asked again, and what it says counts', async () => {
    const there = `${preflight}\necho '{"changed": false, "vmid": 200, "name": "web", "vm_exists": true}'; exit`;
    const { calls, output, exitCode } = await run(playbook({}), { answers: { node_preflight: there } });

    expect(exitCode, output).to.equal(0);
    expect(calls.map(call => call.module)).to.deep.equal([
      ...['node_preflight', 'node_preflight', 'vm_configure', 'vm_power'],
    ]);
  });

  it('is left alone when the user says so', async () => {
    const { calls, output, exitCode } = await run(playbook({ proxmox_nodejs: 'system' }), {
      answers: { node_preflight: preflight },
    });

    expect(exitCode).to.equal(2);
    expect(calls).to.have.length(1);
    expect(output).to.contain('no Node.js here');
  });
});
