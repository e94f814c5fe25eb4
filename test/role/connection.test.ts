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

/** Runs the role once, or once for each of several sets of variables. */
async function run(
  values: Values | readonly Values[],
  inventory: string,
  env: Readonly<Record<string, string>> = {},
  { hosts = 'localhost', programs }: { readonly hosts?: string; readonly programs?: string | undefined } = {},
): Promise<Played> {
  const sandbox = await makeSandbox({}, inventory, [], programs);
  const tasks = [values].flat().map(more => ({
    name: 'Role',
    include_role: { name: 'proxmox' },
    vars: { proxmox_vm_name: 'web', proxmox_vm_vmid: 200, proxmox_vm_node: 'pve01', ...more },
    tags: ['always'],
  }));
  try {
    return await sandbox.play(JSON.stringify([{ hosts, gather_facts: false, tasks }]), ['-v'], env);
  } finally {
    await sandbox.remove();
  }
}

describe('the door by which the role enters', function () {
  this.timeout(300_000);

  it('is SSH where the inventory has the node, and it says that the API is not used', async () => {
    const { calls, output, exitCode } = await run(API, NODE);

    expect(exitCode, output).to.equal(0);
    expect(calls).not.to.be.empty;
    for (const { args } of calls) expect(args).not.to.have.any.keys('api_host', 'api_token_secret');
    expect(output)
      .to.contain('note: the API of pve.example.com is not used')
      .and.to.contain('proxmox_connection: api');
  });

  it('is the API where it has not, and every module is told where and with which token', async () => {
    const { calls, output, exitCode } = await run(API, NO_NODE);

    expect(exitCode, output).to.equal(0);
    expect(output).to.contain('on pve01, by the API of pve.example.com');
    expect(calls).not.to.be.empty;
    for (const { args } of calls)
      expect(args).to.include({
        api_host: 'pve.example.com',
        api_token_id: 'ansible@pve!role',
        api_token_secret: 'f3a1-secret',
      });
  });

  for (const [way, values, inventory, hosts] of [
    ['SSH from a play on the node', {}, NODE, 'pve01'],
    ['SSH from a play on the controller', {}, NODE, 'localhost'],
    ['the API from a play on the controller', API, NO_NODE, 'localhost'],
    ['the API from a play on another host', API, NO_NODE, 'web01'],
  ] as const)
    for (const { title, programs } of releases)
      it(`may be ${way}, for ${title}`, async () => {
        const door = { hosts, programs: await programs() };
        const { calls, output, exitCode } = await run(values, inventory, {}, door);

        expect(exitCode, output).to.equal(0);
        expect(calls.map(({ module }) => module)).to.include.members(['node_preflight', 'vm_create']);
      });

  for (const { title, programs } of releases)
    it(`is told with what was done and what to do where it does not open, for ${title}`, async () => {
      const closed = 'pve01 ansible_host=127.0.0.1 ansible_port=1 ansible_user=root\n';
      const { calls, output, exitCode } = await run({}, closed, {}, { programs: await programs() });

      expect(exitCode).not.to.equal(0);
      expect(output)
        .to.contain('cannot begin: the host pve01 of the inventory, which is node pve01, is not reached')
        .and.to.match(/not reached: .*Connection refused.*; start it if it is down/)
        .and.to.contain('not done: preflight-checks, create-vm')
        .and.to.contain('failed=1');
      expect(calls).to.deep.equal([]);
    });

  it('is the API where that is demanded, whatever the inventory has', async () => {
    const { calls, output } = await run({ ...API, proxmox_connection: 'api' }, NODE);

    expect(calls[0]?.args, output).to.include({ api_host: 'pve.example.com' });
  });

  it('may be opened by the environment alone, as that of community.proxmox', async () => {
    const { calls, output, exitCode } = await run({}, NO_NODE, {
      PROXMOX_HOST: 'pve.example.com',
      PROXMOX_PORT: '443',
      PROXMOX_USER: 'ansible@pve',
      PROXMOX_TOKEN_ID: 'role',
      PROXMOX_TOKEN_SECRET: 'f3a1-secret',
      PROXMOX_VALIDATE_CERTS: 'false',
    });

    expect(exitCode, output).to.equal(0);
    const [first] = calls;
    expect(first?.args).to.include({
      api_host: 'pve.example.com',
      api_user: 'ansible@pve',
      api_token_id: 'role',
      api_token_secret: 'f3a1-secret',
    });
    expect(String(first?.args['api_port'])).to.equal('443');
    expect(String(first?.args['api_validate_certs'])).to.match(/^false$/i);
  });

  it('takes the classic name of a switch, and no token of the environment beside a password', async () => {
    const { proxmox_api_host } = API;
    const values = {
      proxmox_api_host,
      proxmox_api_user: 'root@pam',
      proxmox_api_password: 'pw',
      proxmox_validate_certs: false,
    };
    const { calls, output } = await run(values, NO_NODE, {
      PROXMOX_TOKEN_ID: 'a@pve!b',
      PROXMOX_TOKEN_SECRET: 'x',
    });

    expect(calls[0]?.args, output).to.include({
      api_user: 'root@pam',
      api_password: 'pw',
      api_validate_certs: false,
    });
    expect(calls[0]?.args).not.to.have.any.keys('api_token_id', 'api_token_secret');
  });

  it('shows no secret in what the role itself says', async () => {
    const hosts = ['pve.example.com', 'https://root:f3a1-secret@pve', 'root:f3a1-secret@pve'];
    const { output } = await run(
      hosts.map(proxmox_api_host => ({ ...API, proxmox_api_host })),
      NO_NODE,
    );

    expect(output).not.to.contain('f3a1-secret');
    expect(output.match(/by the API of pve["\\]/g)).to.have.lengthOf(2);
  });

  for (const { title, programs } of releases)
    it(`is chosen anew where a play only asks, whatever an earlier role went by, for ${title}`, async () => {
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

  it('shows the image without its login', async () => {
    const urls = [
    ['https://me:pa@f3a1@images.test/x.img', 'https://images.test/x.img'],
    ['https://me:pa/f3a1@images.test/x.img', 'https://images.test/x.img'],
    ['https://images.test:8443/f3a1@2/x.img', 'https://images.test:8443/f3a1@2/x.img'],
  ] as const;
    const { output } = await run(urls.map(([url]) => ({ ...API, proxmox_vm_cloud_image_url: url })), NO_NODE);

    for (const [, told] of urls) expect(output).to.contain(`image: ${told}"`);
  });

  for (const [title, values, says] of [
    ['neither door', {}, /no host of that name.*proxmox_api_host is not set.*by SSH.*by the API/],
    ['SSH alone', { ...API, proxmox_connection: 'ssh' }, /no host of that name.*ansible_user=root/],
    ['the API without its address', { proxmox_connection: 'api' }, /by the API: proxmox_api_host is not set/],
    ['the API without a login', { proxmox_api_host: 'pve' }, /neither a token nor a password is given/],
  ] as const)
    it(`is named when it does not open: ${title}`, async () => {
      const { calls, output, exitCode } = await run(values, NO_NODE);

      expect(exitCode).not.to.equal(0);
      expect(output.replace(/\s+/g, ' ')).to.match(says);
      expect(calls).to.be.empty;
    });
});
