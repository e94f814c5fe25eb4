import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { asRoot } from '../api/token.ts';
import { startApi } from '../../testnode/host/rest-access.ts';
import { startScene, type Scene } from '../scene.ts';
import {
  met,
  nodeCalls,
  searchFiles,
  traced,
  tracedCalls,
  watchNode,
  type Place,
  type Searched,
} from './tracer.ts';

const PLAYBOOK = 'test/playbooks/whole.yml';

/** New in each run, so that no file of the machine has it by chance, such as this one. */
const planted = (name: string): string => `planted-${name}-${randomBytes(6).toString('hex')}`;

/** Each stands where a user would write it, and must be met nowhere else. */
const PASSWORD = planted('password');
const URL_LOGIN = planted('url-login');
const URL_QUERY = planted('url-query');
const LIST_LOGIN = planted('list-login');
const MIRROR_LOGIN = planted('mirror-login');
const PROXY_LOGIN = planted('proxy-login');
const SERVER_LOGIN = planted('server-login');
const HEADER = planted('header');
const API_TOKEN = planted('api-token');
const USER_DATA = planted('user-data');
const ROOT_PASSWORD = planted('root');
/** How the ticket begins that a password is given. */
const TICKET = 'PVE:root@pam:';
const SECRETS = [
  ...[PASSWORD, URL_LOGIN, URL_QUERY, LIST_LOGIN, MIRROR_LOGIN, PROXY_LOGIN, SERVER_LOGIN, HEADER, API_TOKEN],
  ...[ROOT_PASSWORD, TICKET],
];
/** Where Proxmox VE itself keeps the secrets of tokens. */
const TOKENS = '/etc/pve/priv/token.cfg';

const FOLDER = 'cloud.debian.org/images/cloud/bookworm/latest';
const IMAGE = `${FOLDER}/debian-12-genericcloud-amd64.qcow2`;

const VARIABLES = {
  proxmox_vm_cloud_image_url: `https://robot:${URL_LOGIN}@${IMAGE}?signature=${URL_QUERY}`,
  proxmox_vm_cloud_image_checksum: `sha512:https://robot:${LIST_LOGIN}@${FOLDER}/SHA512SUMS`,
  proxmox_vm_cloud_image_mirrors: [`https://robot:${MIRROR_LOGIN}@${IMAGE}`],
  proxmox_vm_cloud_image_headers: { 'X-Api-Key': HEADER },
  proxmox_vm_cloud_init_password: PASSWORD,
  proxmox_vm_cloud_init_user_data: `#cloud-config\nwrite_files:\n  - path: /etc/key\n    content: ${USER_DATA}\n`,
  proxmox_api_token_secret: API_TOKEN,
  proxmox_vm_clones: [{ name: 'web-01', vmid: 301, ip: '10.98.0.101/24', gw: '10.98.0.1' }],
};

/** Ways to fail, each with the secrets that the message could quote. */
const FAILURES: Readonly<Record<string, object>> = {
  'a proxy that does not answer': {
    ...{ proxmox_vm_cloud_image_force_download: true, proxmox_retries: 0 },
    proxmox_vm_cloud_image_url: `https://${IMAGE}?signature=${URL_QUERY}`,
    proxmox_vm_cloud_image_username: 'robot',
    proxmox_vm_cloud_image_password: SERVER_LOGIN,
    proxmox_vm_cloud_image_proxy: `http://robot:${PROXY_LOGIN}@10.98.0.1:9`,
  },
  'values that preflight refuses': {
    proxmox_vm_cloud_init_password: `$y$${PASSWORD}`,
    proxmox_vm_cloud_image_proxy: `gopher://robot:${PROXY_LOGIN}@10.98.0.1`,
    proxmox_vm_memory: 1,
  },
};

/** Everything of a node that a play, or a program that it starts, could write to. */
const NODE_FOLDERS = ['/etc', '/var', '/tmp', '/root', '/run', '/srv', '/home', '/opt', '/mnt', '/usr/local'];

describe('secrets', function () {
  this.timeout(300_000);
  let scene: Scene;
  const places: Place[] = [];
  const secrets = [...SECRETS];
  before(async () => {
    scene = await startScene();
    for (const folder of ['input', 'output', 'tmp']) mkdirSync(join(scene.home, folder));
    await watchNode(scene.cluster, 'pve01');
    writeFileSync(join(scene.home, 'stamp'), '');
    await scene.cluster.exec('pve01', ['touch', '/root/stamp']);
  });
  after(() => scene.down());

  /** Runs a playbook as chatty as it gets, and notes what it showed and started. */
  async function play(playbook: string, name: string, args: readonly string[] = []): Promise<PlaybookRun> {
    const trace = join(scene.home, 'output', `${places.length}.strace`);
    const env = {
      ANSIBLE_LOG_PATH: join(scene.home, 'output/ansible.log'),
      ANSIBLE_CACHE_PLUGIN: 'jsonfile',
      ANSIBLE_CACHE_PLUGIN_CONNECTION: join(scene.home, 'output/facts'),
      TMPDIR: join(scene.home, 'tmp'),
      // The tracer waits for the last process: an SSH connection that is kept for the next task.
      ANSIBLE_SSH_ARGS: '-C -o ControlMaster=auto -o ControlPersist=1s',
    };
    const run = await scene.run(playbook, ['-vvv', '--diff', ...args], env, traced(trace));
    places.push({ name: `output of ${name}`, text: run.output }, ...tracedCalls(name, trace));
    return run;
  }

  const role = (name: string, variables: object = {}, args: readonly string[] = []): Promise<PlaybookRun> => {
    const file = join(scene.home, 'input', `${places.length}.json`);
    writeFileSync(file, JSON.stringify({ ...VARIABLES, ...variables }));
    return play(PLAYBOOK, name, ['-e', `@${file}`, ...args]);
  };

  /** Files that the test itself writes are not searched. */
  const byApi = (name: string, login: object): Promise<PlaybookRun> => {
    const file = join(scene.home, 'input', `${places.length}.json`);
    const api = {
      proxmox_connection: 'api',
      proxmox_api_host: scene.cluster.address('pve01'),
      proxmox_api_ca_path: join(scene.home, 'input/ca.pem'),
    };
    writeFileSync(file, JSON.stringify({ ...api, proxmox_vm_cloud_init_password: PASSWORD, ...login }));
    return play('test/playbooks/api-plain.yml', name, ['-e', `@${file}`]);
  };

  const searchNode = (secrets: readonly string[]): Promise<Searched> =>
    searchFiles(
      (argv, options) => scene.cluster.exec('pve01', argv, options),
      NODE_FOLDERS,
      '/root/stamp',
      secrets,
    );

  /** The variables that the test itself wrote belong there, and what is the node's is searched in the node. */
  const searchController = async (secrets: readonly string[]): Promise<Searched> => {
    const folders = [tmpdir(), '/var/tmp', '/dev/shm', join(import.meta.dirname, '../role')];
    const { files, found } = await searchFiles(
      (argv, options) => scene.cluster.controllerExec(argv, options),
      folders,
      join(scene.home, 'stamp'),
      secrets,
    );
    const others = [join(scene.home, 'input'), join(scene.cluster.directory, 'pve01')];
    const isOwn = (path: string): boolean => !others.some(folder => path.startsWith(`${folder}/`));
    return { files: files.filter(isOwn), found: found.filter(isOwn) };
  };

  it('pass through whole runs, in check mode and for real', async () => {
    expect((await role('a run in check mode', {}, ['--check'])).rc).to.equal(0);
    const first = await role('a run for real');
    expect(first.rc, first.output.slice(-3000)).to.equal(0);
  });

  for (const [name, variables] of Object.entries(FAILURES)) {
    it(`pass through a run that fails: ${name}`, async () => {
      expect((await role(name, variables)).rc).not.to.equal(0);
    });
  }

  it('pass through runs by the API, with a token and with a password, and through one that fails', async () => {
    await startApi(scene.cluster);
    const authority = await scene.cluster.readFile('pve01', '/etc/pve/pve-root-ca.pem');
    writeFileSync(join(scene.home, 'input/ca.pem'), authority);
    await scene.cluster.succeed('pve01', ['chpasswd'], { stdin: `root:${ROOT_PASSWORD}\n` });
    const made = 'pvesh create /access/users/root@pam/token/role --privsep 0 --output-format json';
    // The answer of our own pvesh.
    const { value } = JSON.parse(await asRoot(scene.cluster, made)) as { readonly value: string };
    secrets.push(value);
    const token = { proxmox_api_token_id: 'root@pam!role', proxmox_api_token_secret: value };
    const password = { proxmox_api_user: 'root@pam', proxmox_api_password: ROOT_PASSWORD };

    const first = await byApi('a run with a token', token);
    expect(first.rc, first.output.slice(-3000)).to.equal(0);
    const second = await byApi('a run with a password', password);
    expect(second.counts, second.output.slice(-3000)).to.include({ changed: 0, failed: 0 });
    expect((await byApi('a run that fails', { ...token, proxmox_vm_node: 'pve99' })).rc).not.to.equal(0);
  });

  it('are met in no argument, environment, socket, output, log, diff, cache or file', async () => {
    places.push(...(await nodeCalls(scene.cluster, 'pve01')));
    const [node, controller] = [await searchNode(secrets), await searchController(secrets)];

    const starts = places.filter(({ text }) => text.includes('execve(')).length;
    expect(starts, 'programs started').to.be.greaterThan(100);
    const calls = (await scene.cluster.commands('pve01')).filter(({ argv }) => argv[1] === 'set');
    expect(calls).to.not.be.empty;
    // By whichever way they are made.
    const seen = places.filter(({ text }) => /"(?:[^"]*\/)?qm(?:\.cjs)?", "set"/.test(text));
    expect(seen.length, 'calls of qm set').to.be.at.least(calls.length);
    expect(node.files).to.include('/etc/pve/nodes/pve01/qemu-server/9000.conf');
    expect(controller.files).to.include(join(scene.home, 'output/ansible.log'));
    const files = node.files.length + controller.files.length;
    expect(node.found).to.include(TOKENS);
    const onNode = node.found.filter(path => path !== TOKENS);
    const found = [...met(places, secrets), ...onNode, ...controller.found];
    console.log(
      `        ${places.length + files} places searched (${starts} program starts with arguments and environment, ` +
        `${places.length - starts} outputs and messages to sockets, ${files} new files): ${found.length} found`,
    );
    expect(found).to.deep.equal([]);
  });

  it('stand on the node only where PVE and the guest need them, for root and www-data', async () => {
    const { found } = await searchNode([USER_DATA]);

    expect(found).not.to.deep.equal([]);
    const needed = /^\/var\/lib\/(?:vz\/snippets\/|testnode\/local-lvm\/vm-\d+-cloudinit$)/;
    expect(found.filter(path => !needed.test(path))).to.deep.equal([]);
    const { stdout } = await scene.cluster.exec('pve01', ['stat', '-c', '%U:%G %a', ...found]);
    for (const line of stdout.trim().split('\n')) expect(line).to.match(/^root:(root|www-data) 6[04]0$/);
    expect(met(places, [USER_DATA])).to.deep.equal([]);
    expect((await searchController([USER_DATA])).found).to.deep.equal([]);
  });

  it('would be found: each planted leak is', async () => {
    const leaks = ['argument', 'environment', 'file', 'output', 'state'].map(planted);
    const [argument = '', environment = '', file = '', output = '', state = ''] = leaks;
    const folder = join(scene.home, '.local/state/proxmox-role');
    const leaky = join(scene.home, 'input/leaky.yml');
    const tasks = [
      { 'ansible.builtin.raw': `true ${argument}` },
      { 'ansible.builtin.command': 'true', environment: { LEAK: environment } },
      { 'ansible.builtin.copy': { content: file, dest: '/var/log/leak' }, no_log: true },
      // As a module would that goes by the API.
      {
        'ansible.builtin.copy': { content: state, dest: `${folder}/leak` },
        delegate_to: 'localhost',
        no_log: true,
      },
      { 'ansible.builtin.debug': { msg: Buffer.from(`robot:${output}`).toString('base64') } },
    ];
    writeFileSync(leaky, JSON.stringify([{ hosts: 'pve01', gather_facts: false, tasks }]));
    places.length = 0;
    const { rc, output: shown } = await play(leaky, 'a leaky playbook');
    expect(rc, shown).to.equal(0);
    places.push(...(await nodeCalls(scene.cluster, 'pve01')));

    const isMet = (start: RegExp, secret: string): boolean =>
      met(places, [secret]).some(place => start.test(place));
    expect(isMet(/^pve01, call/, argument), 'an argument on the node').to.equal(true);
    expect(isMet(/^pve01, call/, environment), 'an environment on the node').to.equal(true);
    expect(isMet(/^a leaky playbook, call/, argument), 'an argument on the controller').to.equal(true);
    expect(isMet(/^output/, output), 'the output').to.equal(true);
    expect((await searchNode([file])).found).to.include('/var/log/leak');
    expect((await searchController([state, output])).found).to.have.members([
      `${folder}/leak`,
      join(scene.home, 'output/ansible.log'),
    ]);
  });
});
