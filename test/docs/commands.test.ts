import { expect } from 'chai';
import { execa } from 'execa';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../../testnode/system/processes.ts';
import { commandsOf, documents, fencesOf } from './fences.ts';
import { startScene, type Scene } from '../scene.ts';

/** Pages whose commands a test of their own runs as they stand there, all of them. */
const FOLLOWED = new Set(['docs/install.md', 'docs/testing.md']);

/** What a clone, a guest that boots, or a measurement of many minutes does: `npm start`, `npm run bench` and docs/install.md. */
const NOT_HERE = new Set([
  'git clone "$REPOSITORY" ansible-role-proxmox && cd ansible-role-proxmox',
  'npm start',
  'npm run build',
  'export ANSIBLE_ROLES_PATH=$PWD/role',
  'npm run bench -- --profile',
  'npm run bench -- --quick',
  'npm run bench',
  'npm run bench -- --targets',
]);

/** Commands that are run by this test in this order, as they stand in the page, and a sign that they did what the page says. */
const HERE: Readonly<Record<string, { readonly on: 'controller' | 'node'; readonly says: RegExp }>> = {
  'ansible-playbook site.yml --list-tasks': { on: 'controller', says: /Make the VM/ },
  'ansible-playbook site.yml -v': { on: 'controller', says: /changed=[1-9].* failed=0/ },
  'ansible-playbook site.yml --check --diff': { on: 'controller', says: /changed=0 .*failed=0/ },
  'pveversion -v': { on: 'node', says: /^corosync: /m },
  'pvesm list local-lvm --vmid 200': { on: 'node', says: /vm-200-disk-0/ },
  'qm cloudinit dump 200 user': { on: 'node', says: /^#cloud-config/ },
};

const shellFences = documents()
  .flatMap(fencesOf)
  .filter(({ language }) => language === 'sh' || language === 'bash');

describe('the commands of README.md and docs', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    const [playbook] = fencesOf('README.md').filter(({ text }) => text.startsWith('---\n'));
    expect(playbook?.text).to.contain('include_role').and.to.contain('tags: [always]');
    writeFileSync(join(scene.home, 'site.yml'), playbook!.text.replace('vmid: 999', 'vmid: 200'));
  });
  after(() => scene.down());

  const places = {
    controller: () => [...scene.cluster.enterController(), 'env', `--chdir=${scene.home}`],
    node: () => scene.cluster.enter('pve01'),
  };

  async function run(command: string, on: keyof typeof places) {
    const [program, ...argv] = [...places[on](), 'bash', '--norc', '-euc', command];
    return execa(program, argv, {
      all: true,
      reject: false,
      extendEnv: false,
      env: {
        ...CLEAN_ENVIRONMENT,
        PATH: `${root}.venv/bin:${CLEAN_ENVIRONMENT['PATH'] ?? ''}`,
        HOME: scene.home,
        ANSIBLE_INVENTORY: scene.cluster.inventoryFile,
        ANSIBLE_ROLES_PATH: `${root}role`,
      },
    });
  }

  const unmarked = shellFences.filter(
    ({ file, needsNode }) => needsNode === undefined && !FOLLOWED.has(file),
  );
  const commands = new Set(unmarked.flatMap(commandsOf));
  for (const [command, { on, says }] of Object.entries(HERE)) {
    it(command, async () => {
      const { exitCode, all } = await run(command, on);
      expect(exitCode, all).to.equal(0);
      expect(all).to.match(says);
    });
  }

  it('are these, those that would take too long, and none besides', () => {
    expect([...commands].sort()).to.deep.equal([...Object.keys(HERE), ...NOT_HERE].sort());
  });

  it('are there in numbers, and few need a real node', () => {
    expect(shellFences.length).to.be.greaterThan(15);
    expect(shellFences.filter(({ needsNode }) => needsNode !== undefined).length).to.be.lessThan(6);
  });
});
