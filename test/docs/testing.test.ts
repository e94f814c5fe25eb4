import { expect } from 'chai';
import { execa } from 'execa';
import { load } from 'js-yaml';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../../testnode/system/processes.ts';

const VENV = `${root}.venv/bin`;

/** What docs/testing.md tells to run, as it is told there. */
describe('the commands of docs/testing.md', function () {
  this.timeout(300_000);
  let project: string;
  const testnode = (...args: readonly string[]) =>
    execa('npm', ['run', '-s', 'testnode', '--', ...args], { cwd: root, reject: false });
  beforeEach(async () => {
    project = mkdtempSync(join(tmpdir(), 'project-'));
    await testnode('down');
  });
  afterEach(async () => {
    await testnode('down');
    rmSync(project, { recursive: true, force: true });
  });

  it('start nodes of either version, run programs there, log in, and end them', async () => {
    const up = await testnode('up', '2', '--pve', '8', '--without-images');

    expect(up.exitCode, up.stderr).to.equal(0);
    expect((await testnode('up')).stderr).to.contain('the nodes are up already');
    expect((await testnode('exec', 'pve02', 'pveversion')).stdout).to.match(/^pve-manager\/8\.4/);
    expect((await testnode('ssh', 'pve01', 'hostname')).stdout).to.equal('pve01');
    expect((await testnode('controller', 'ssh-keyscan', '10.98.0.12')).stdout).to.contain('ssh-ed25519');
    const { stdout: inventory } = await testnode('inventory');
    const playbook = join(project, 'your-playbook.yml');
    writeFileSync(playbook, JSON.stringify([{ hosts: 'nodes', gather_facts: false, tasks: [{ ping: {} }] }]));
    const play = await execa(`${VENV}/ansible-playbook`, ['-i', inventory, playbook], { reject: false });
    expect(play.exitCode, play.stdout).to.equal(0);
    await testnode('down');
    expect(existsSync(dirname(inventory))).to.equal(false);
    expect((await testnode('exec', 'pve01', 'true')).stderr).to.contain('no nodes are up');
  });

  it('run the Molecule scenario in a project that has copied it', async () => {
    const up = await testnode('up');
    expect(up.exitCode, up.stderr).to.equal(0);
    const { stdout: inventory } = await testnode('inventory');
    mkdirSync(join(project, 'molecule'));
    cpSync(`${root}examples/molecule/proxmox`, join(project, 'molecule/proxmox'), { recursive: true });
    cpSync(`${root}role/proxmox`, join(project, 'roles/proxmox'), { recursive: true });

    const { exitCode, all } = await execa(`${VENV}/molecule`, ['test', '--scenario-name', 'proxmox'], {
      cwd: project,
      all: true,
      reject: false,
      extendEnv: false,
      env: {
        ...CLEAN_ENVIRONMENT,
        HOME: project,
        PATH: `${VENV}:${CLEAN_ENVIRONMENT['PATH'] ?? ''}`,
        PROXMOX_TESTNODE_INVENTORY: inventory,
      },
    });

    expect(exitCode, all).to.equal(0);
    expect(all).to.match(/idempotence/i);
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
