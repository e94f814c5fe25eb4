import { expect } from 'chai';
import { execa } from 'execa';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../testnode/host/processes.ts';

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
});
