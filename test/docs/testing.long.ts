import { expect } from 'chai';
import { execa } from 'execa';
import { load } from 'js-yaml';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../build/modules.ts';
import { commandsOf, followed } from './fences.ts';

const PAGE = followed('docs/testing.md');
const MOLECULE = 'Your own tests, with Molecule';
const VENV = `${root}.venv/bin`;

/** What docs/testing.md tells to run, as it is told there. */
describe('the commands of docs/testing.md', function () {
  this.timeout(300_000);
  let project: string;
  const testnode = (...args: readonly string[]) =>
    execa('npm', ['run', '-s', 'testnode', '--', ...args], { cwd: root, reject: false });
  before('what a run that was killed has left is ended', () => testnode('down'));
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'project-'));
    for (const name of readdirSync(root)) symlinkSync(join(root, name), join(project, name));
  });
  afterEach(async () => {
    await testnode('down');
    rmSync(project, { recursive: true, force: true });
  });

  /** Runs commands of the page in a folder that is the project, and more. */
  async function run(script: string) {
    const { exitCode, all } = await execa('bash', ['-euc', script], {
      cwd: project,
      all: true,
      reject: false,
      stdin: 'ignore',
      env: { HOME: project, PATH: `${VENV}:${process.env['PATH'] ?? ''}` },
    });
    return { exitCode, all };
  }

  async function expectSuccess(script: string): Promise<string> {
    const { exitCode, all } = await run(script);
    expect(exitCode, `${script}: ${all}`).to.equal(0);
    return all;
  }

  it('run a playbook and programs on nodes, log in, and end them', async () => {
    const play = [{ hosts: 'nodes', gather_facts: false, tasks: [{ ping: {} }] }];
    writeFileSync(join(project, 'your-playbook.yml'), JSON.stringify(play));
    const [byHand, [reachGuest = ''] = []] = PAGE.under('Your own playbook, by hand').map(commandsOf);
    const [up = '', playbook = '', exec = '', ssh = '', down = ''] = byHand ?? [];

    const inventory = /\S+inventory\S*/.exec(await expectSuccess(up))?.[0] ?? '';
    expect(await expectSuccess(playbook)).to.match(/pve02 .*ok=1/);
    await expectSuccess(exec);
    await expectSuccess(ssh);
    expect((await run(reachGuest)).all).to.contain('connect to host 10.98.0.101 port 22');
    await expectSuccess(down);
    expect(inventory).not.to.equal('');
    expect(existsSync(dirname(inventory))).to.equal(false);
  });

  it('start nodes of the older version, once', async () => {
    const up = await testnode('up', '2', '--pve', '8', '--without-images');

    expect(up.exitCode, up.stderr).to.equal(0);
    expect((await testnode('up')).stderr).to.contain('the nodes are up already');
    expect((await testnode('exec', 'pve02', 'pveversion')).stdout).to.match(/^pve-manager\/8\.4/);
    await testnode('down');
    expect((await testnode('exec', 'pve01', 'true')).stderr).to.contain('no nodes are up');
  });

  it('run the Molecule scenario in a project that has copied it', async () => {
    const yours = join(project, 'YOUR_PROJECT');
    mkdirSync(join(yours, 'molecule'), { recursive: true });
    cpSync(`${root}role/proxmox`, join(yours, 'roles/proxmox'), { recursive: true });
    const [block] = PAGE.under(MOLECULE).filter(({ language }) => language === 'sh');

    expect(await expectSuccess(block!.text)).to.match(/idempotence/i);
  });

  it('replay a recording', async () => {
    const [[one = ''] = []] = PAGE.under('How each behaviour is pinned').map(commandsOf);

    expect(await expectSuccess(one)).to.match(/^\d+ passed, 0 failed/m);
  });

  it('run a playbook of your own in continuous integration, as the example says', async () => {
    const { jobs } = load(readFileSync(`${root}examples/ci/github-actions.yml`, 'utf8')) as Workflow;
    const files = { GITHUB_ENV: join(project, 'env'), GITHUB_PATH: join(project, 'path') };
    for (const file of Object.values(files)) writeFileSync(file, '');
    cpSync(`${root}examples/basic.yml`, join(project, 'site.yml'));
    symlinkSync(root, join(project, 'ansible-role-proxmox'));
    const ran: string[] = [];

    for (const { name = '', run } of jobs.playbook.steps.filter(isStepToRun)) {
      const { exitCode, all } = await execa('bash', ['-eo', 'pipefail', '-c', run ?? ''], {
        cwd: project,
        all: true,
        reject: false,
        env: { HOME: project, ...files, ...stepEnvironment(files) },
      });
      expect(exitCode, `${name}: ${all}`).to.equal(0);
      ran.push(all);
    }

    expect(ran).to.have.lengthOf(4);
    expect(ran[1]).to.match(/changed=[1-9]/);
    expect(ran[2]).to.contain('changed=0');
    expect(ran[3]).to.contain('ubuntu-cloud-vm');
  });

  it('ask the REST API with what env prints', async () => {
    const heading = 'Clients of the REST API: Terraform, Packer, proxmoxer, community.proxmox';
    const [[up = '', variables = '', request = ''] = []] = PAGE.under(heading).map(commandsOf);

    await expectSuccess(`${up} --without-images`);
    expect(await expectSuccess(`${variables}\n${request}`)).to.contain('"release":"9.2"');
  });

  it('were followed under each heading', () => {
    expect(PAGE.leftOut()).to.deep.equal([]);
  });
});

interface Workflow {
  readonly jobs: { readonly playbook: { readonly steps: readonly Step[] } };
}

interface Step {
  readonly name?: string;
  readonly run?: string;
}

/** Set-up and build are those of the tests themselves; checkouts and caches are GitHub's. */
const isStepToRun = ({ name = '', run }: Step): boolean =>
  run !== undefined && !/^(?:Install|Build) /.test(name);

/** What a step finds of what the ones before have written, as GitHub's runner hands it on. */
function stepEnvironment(files: Readonly<Record<'GITHUB_ENV' | 'GITHUB_PATH', string>>) {
  const lines = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '');
  const variables = lines(files.GITHUB_ENV).map(line => line.split(/=(.*)/, 2));
  const path = [...lines(files.GITHUB_PATH), process.env['PATH'] ?? ''].join(':');
  return { ...(Object.fromEntries(variables) as Record<string, string>), PATH: path };
}
