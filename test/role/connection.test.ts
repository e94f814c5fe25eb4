import { expect } from 'chai';
import { makeSandbox, releases, type Played } from './sandbox.ts';

const API = {
  proxmox_api_host: 'pve.example.com',
  proxmox_api_token_id: 'ansible@pve!role',
  proxmox_api_token_secret: 'f3a1-secret',
};

type Values = Readonly<Record<string, unknown>>;

const NODE = 'pve01 ansible_connection=local\n';
/** An inventory that knows no node. */
const NO_NODE = 'web01 ansible_connection=ssh ansible_host=192.0.2.1\n';

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly hosts?: string;
  readonly args?: readonly string[];
  readonly programs?: string | undefined;
}

const role = (values: Values) => ({
  name: 'Role',
  include_role: { name: 'proxmox' },
  vars: { proxmox_vm_name: 'web', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01', ...values },
  tags: ['always'],
});

async function run(
  tasks: readonly object[],
  inventory: string,
  { env, hosts = 'localhost', args = [], programs }: Setting = {},
): Promise<Played> {
  const sandbox = await makeSandbox({}, inventory, [], programs);
  try {
    return await sandbox.play(JSON.stringify([{ hosts, gather_facts: false, tasks }]), ['-v', ...args], env);
  } finally {
    await sandbox.remove();
  }
}

const PREFLIGHT = ['--tags', 'preflight'];

describe('the door by which the role enters', function () {
  this.timeout(300_000);

  for (const { title, programs } of releases) {
    it(`is SSH where the inventory has the node, on which the play is or not, and it says that the API is not used, for ${title}`, async () => {
      const door = { hosts: 'localhost,pve01', programs: await programs() };
      const { calls, output, exitCode } = await run([role(API)], NODE, door);

      expect(exitCode, output).to.equal(0);
      const modules = calls.map(({ module }) => module);
      for (const module of ['node_preflight', 'vm_create'])
        expect(modules.filter(one => one === module)).to.have.lengthOf(2);
      for (const { args } of calls) expect(args).not.to.have.any.keys('api_host', 'api_token_secret');
      expect(output)
        .to.contain('note: the API of pve.example.com is not used')
        .and.to.contain('proxmox_connection: api');
    });

    it(`is the API where it has not, in a play on any host, and every module is told where and with which token, for ${title}`, async () => {
      const door = { hosts: 'localhost,web01', programs: await programs() };
      const { calls, output, exitCode } = await run([role(API)], NO_NODE, door);

      expect(exitCode, output).to.equal(0);
      expect(output).to.contain('on pve01, by the API of pve.example.com').and.not.to.contain('f3a1-secret');
      const modules = calls.map(({ module }) => module);
      for (const module of ['node_preflight', 'vm_create'])
        expect(modules.filter(one => one === module)).to.have.lengthOf(2);
      for (const { args } of calls)
        expect(args).to.include({
          api_host: 'pve.example.com',
          api_token_id: 'ansible@pve!role',
          api_token_secret: 'f3a1-secret',
        });
    });

    it(`is told with what was done and what to do where it does not open, for ${title}`, async () => {
      const closed = 'pve01 ansible_host=127.0.0.1 ansible_port=1 ansible_user=root\n';
      const { calls, output, exitCode } = await run([role({})], closed, { programs: await programs() });

      expect(exitCode).not.to.equal(0);
      expect(output)
        .to.contain('cannot begin: the host pve01 of the inventory, which is node pve01, is not reached')
        .and.to.match(/not reached: .*Connection refused.*; start it if it is down/)
        .and.to.contain('not done: preflight-checks, create-vm')
        .and.to.contain('failed=1');
      expect(calls).to.deep.equal([]);
    });

    it(`is the API where that is demanded, and chosen anew where a play only asks, whatever an earlier role went by, for ${title}`, async () => {
      const described = { changed: false, text: '', remarks: [] };
      const answers = { vm_describe: `echo '${JSON.stringify(described)}'; exit` };
      const sandbox = await makeSandbox(answers, NODE, [], await programs());
      const include = (tasks_from: string, node: string, door: string) => ({
        include_role: { name: 'proxmox', tasks_from },
        vars: {
          ...API,
          proxmox_vm_name: 'web',
          proxmox_vm_vmid: 200,
          proxmox_vm_node: node,
          proxmox_connection: door,
        },
      });
      const tasks = [
        include('main', 'pve01', 'api'),
        include('describe', 'pve02', 'api'),
        include('describe', 'pve01', 'ssh'),
        include('main', 'pve01', 'ssh'),
        include('permissions', 'pve02', 'auto'),
      ];
      const { calls, output } = await sandbox.play(
        JSON.stringify([{ hosts: 'localhost', gather_facts: false, tasks }]),
      );
      await sandbox.remove();

      expect(calls[0]?.args, output).to.include({ api_host: 'pve.example.com' });
      const asked = calls.filter(({ module, args }) => module === 'vm_describe' || args['permissions']);
      expect(
        asked.map(({ args }) => [args['api_host'], args['api_node']]),
        output,
      ).to.deep.equal([
        ['pve.example.com', 'pve02'],
        [undefined, undefined],
        [undefined, 'pve02'],
      ]);
    });
  }

  it('may be opened by the environment, as that of community.proxmox, whose token counts for nothing beside a password', async () => {
    const classic = {
      ...{ proxmox_api_host: 'pve.example.com', proxmox_api_user: 'root@pam', proxmox_api_password: 'pw' },
      proxmox_validate_certs: true,
    };
    const { calls, output, exitCode } = await run([role({}), role(classic)], NO_NODE, {
      args: PREFLIGHT,
      env: {
        PROXMOX_HOST: 'pve.example.com',
        PROXMOX_PORT: '443',
        PROXMOX_USER: 'ansible@pve',
        PROXMOX_TOKEN_ID: 'role',
        PROXMOX_TOKEN_SECRET: 'f3a1-secret',
        PROXMOX_VALIDATE_CERTS: 'false',
      },
    });

    expect(exitCode, output).to.equal(0);
    const [first, second] = calls;
    expect(first?.args).to.include({
      api_host: 'pve.example.com',
      api_user: 'ansible@pve',
      api_token_id: 'role',
      api_token_secret: 'f3a1-secret',
    });
    expect(String(first?.args['api_port'])).to.equal('443');
    expect(String(first?.args['api_validate_certs'])).to.match(/^false$/i);
    expect(second?.args).to.include({ api_user: 'root@pam', api_password: 'pw', api_validate_certs: true });
    expect(second?.args).not.to.have.any.keys('api_token_id', 'api_token_secret');
  });

  it('shows the image, and the address of the API, without a login', async () => {
    const urls = [
      ['https://me:pa@f3a1@images.test/x.img', 'https://images.test/x.img'],
      ['https://me:pa/f3a1@images.test/x.img', 'https://images.test/x.img'],
      ['https://images.test:8443/f3a1@2/x.img', 'https://images.test:8443/f3a1@2/x.img'],
    ] as const;
    const hosts = ['https://root:f3a1-secret@pve', 'root:f3a1-secret@pve'];
    const wishes = [
      ...urls.map(([url]) => ({ ...API, proxmox_vm_cloud_image_url: url })),
      ...hosts.map(host => ({ ...API, proxmox_api_host: host })),
    ];
    const { output } = await run(wishes.map(role), NO_NODE, { args: PREFLIGHT });

    for (const [, told] of urls) expect(output).to.contain(`image: ${told}"`);
    expect(output).not.to.contain('f3a1-secret');
    expect(output.match(/by the API of pve["\\]/g)).to.have.lengthOf(2);
  });

  it('is named when it does not open: neither, SSH alone, the API without its address or without a login', async () => {
    const refusals = [
      [
        {},
        /no host of that name.*proxmox_api_host is not set.*by SSH.*ansible_host=<address>.*by the API/,
      ],
      [{ ...API, proxmox_connection: 'ssh' }, /no host of that name.*ansible_user=root/],
      [{ proxmox_connection: 'api' }, /by the API: proxmox_api_host is not set/],
      [{ proxmox_api_host: 'pve' }, /neither a token nor a password is given/],
    ] as const;
    const tasks = refusals.map(([values]) => ({
      block: [role(values)],
      rescue: [{ debug: { msg: 'Next' } }],
    }));
    const { calls, output } = await run(tasks, NO_NODE);

    const told = output.replace(/\s+/g, ' ').split('"msg": "Next"');
    expect(told).to.have.lengthOf(refusals.length + 1);
    for (const [index, [, says]] of refusals.entries()) expect(told[index]).to.match(says);
    expect(calls).to.be.empty;
  });
});
