import { expect } from 'chai';
import { execa } from 'execa';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { CLEAN_ENVIRONMENT } from '../../testnode/system/processes.ts';
import { documents, fencesOf, type Fence } from './fences.ts';
import { startScene, type Scene } from '../scene.ts';

/** Pages whose commands a test runs as they stand there, all of them. */
const FOLLOWED: Readonly<Record<string, string>> = { 'docs/install.md': 'test/docs/install.test.ts' };

/** Commands that other tests run: the test, and the text in it that does so. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, text: string]>> = {
  'git clone "$REPOSITORY" ansible-role-proxmox && cd ansible-role-proxmox': [
    'docs/install.md',
    'git clone "$REPOSITORY" ansible-role-proxmox\n',
  ],
  'npm start': ['test/project/start.slow.ts', "'testnode/demo.ts'"],
  'npm run build': ['docs/install.md', '(cd ansible-role-proxmox && npm run build)'],
  'export ANSIBLE_ROLES_PATH=$PWD/role': ['docs/install.md', 'export ANSIBLE_ROLES_PATH=$PWD/'],
  'npm run testnode -- up 2': ['test/docs/testing.test.ts', "testnode('up', '2'"],
  'npm run testnode -- up': ['test/docs/testing.test.ts', "testnode('up')"],
  'ansible-playbook -i "$(npm run -s testnode -- inventory)" your-playbook.yml': [
    'test/docs/testing.test.ts',
    "'-i', inventory, playbook",
  ],
  'npm run testnode -- exec pve01 qm list': ['test/docs/testing.test.ts', "testnode('exec', 'pve02', "],
  'npm run testnode -- ssh pve01': ['test/docs/testing.test.ts', "testnode('ssh', 'pve01', "],
  'npm run testnode -- down': ['test/docs/testing.test.ts', "testnode('down')"],
  'npm run testnode -- controller ssh -i ~/.ssh/id_ed25519 debian@10.98.0.101': [
    'test/docs/testing.test.ts',
    "testnode('controller', ",
  ],
  'export PROXMOX_TESTNODE_INVENTORY=$(npm run -s testnode -- inventory)': [
    'test/docs/testing.test.ts',
    'PROXMOX_TESTNODE_INVENTORY: inventory',
  ],
  'cp -r examples/molecule/proxmox YOUR_PROJECT/molecule/': [
    'test/docs/testing.test.ts',
    'cpSync(`${root}examples/molecule/proxmox`',
  ],
  'cd YOUR_PROJECT && molecule test --scenario-name proxmox': [
    'test/docs/testing.test.ts',
    "['test', '--scenario-name', 'proxmox']",
  ],
  'npm run bench -- --quick': ['test/project/bench.test.ts', 'samples({'],
  'npm run bench -- --write': ['test/project/bench.test.ts', 'writePage('],
  'npm run -s testnode:replay -- testnode/transcripts/*.jsonl': ['test/project/replay.slow.ts', 'replayFile('],
};

/** Commands that are run by this test, as they stand in the page, and a sign that they did what the page says. */
const HERE: Readonly<
  Record<string, { readonly on: 'controller' | 'node' | 'project'; readonly says: RegExp }>
> = {
  'ansible-playbook site.yml --check --diff': { on: 'controller', says: /changed=0 .*failed=0/ },
  'ansible-playbook site.yml --list-tasks': { on: 'controller', says: /Make the VM/ },
  'ansible-playbook site.yml -v': { on: 'controller', says: /changed=0 .*failed=0/ },
  'pveversion -v': { on: 'node', says: /^corosync: /m },
  'pvesm list local-lvm --vmid 200': { on: 'node', says: /vm-200-disk-0/ },
  'qm cloudinit dump 200 user': { on: 'node', says: /^#cloud-config/ },
  'npm run -s testnode:replay -- testnode/transcripts/pve8-a3-minimal-template.jsonl': {
    on: 'project',
    says: /^\d+ passed, 0 failed/m,
  },
};

const shellFences = documents()
  .flatMap(fencesOf)
  .filter(({ language }) => language === 'sh' || language === 'bash');

/** One a line, without remarks at its end. */
const commandsOf = ({ text }: Fence): readonly string[] =>
  text
    .split('\n')
    .map(line => line.replace(/\s+# .*$/, '').trim())
    .filter(line => line !== '' && !line.startsWith('#'));

describe('the commands of README.md and docs', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    const [playbook] = fencesOf('README.md').filter(({ text }) => text.startsWith('---\n'));
    const site = join(scene.home, 'site.yml');
    writeFileSync(site, playbook!.text.replace('vmid: 999', 'vmid: 200'));
    const { rc, output } = await scene.run(site);
    expect(rc, output).to.equal(0);
  });
  after(() => scene.down());

  const places = {
    controller: () => [...scene.cluster.enterController(), 'env', `--chdir=${scene.home}`],
    node: () => scene.cluster.enter('pve01'),
    project: () => ['env', `--chdir=${root}`],
  };

  async function run(command: string, on: keyof typeof places) {
    const [program, ...argv] = [...places[on](), 'bash', '--norc', '-euc', command];
    const own = on === 'project' ? process.env['PATH'] : CLEAN_ENVIRONMENT['PATH'];
    return execa(program, argv, {
      all: true,
      reject: false,
      extendEnv: false,
      env: {
        ...CLEAN_ENVIRONMENT,
        PATH: `${root}.venv/bin:${own ?? ''}`,
        HOME: scene.home,
        ANSIBLE_INVENTORY: scene.cluster.inventoryFile,
        ANSIBLE_ROLES_PATH: `${root}role`,
      },
    });
  }

  const unmarked = shellFences.filter(({ needsNode }) => needsNode === undefined);
  const toCheck = unmarked.filter(({ file }) => !(file in FOLLOWED));
  for (const command of new Set(toCheck.flatMap(commandsOf))) {
    const here = HERE[command];
    it(command, async () => {
      if (here !== undefined) {
        const { exitCode, all } = await run(command, here.on);
        expect(exitCode, all).to.equal(0);
        expect(all).to.match(here.says);
        return;
      }
      const [file, text] = ELSEWHERE[command] ?? [];
      expect(file, `no test runs it: say in this file which does, or mark it in its page`).to.be.a('string');
      expect(readFileSync(`${root}${file!}`, 'utf8')).to.contain(text);
    });
  }

  it('are all that this test knows', () => {
    const found = new Set(toCheck.flatMap(commandsOf));
    expect(
      [...Object.keys(HERE), ...Object.keys(ELSEWHERE)].filter(command => !found.has(command)),
    ).to.deep.equal([]);
  });

  it('are there in numbers, and few need a real node', () => {
    expect(shellFences.length).to.be.greaterThan(15);
    expect(shellFences.filter(({ needsNode }) => needsNode !== undefined).length).to.be.lessThan(4);
  });

  for (const [page, test] of Object.entries(FOLLOWED)) {
    it(`are followed in ${page}, heading by heading`, () => {
      const followed = readFileSync(`${root}${test}`, 'utf8');
      const headings = fencesOf(page)
        .filter(({ language }) => language === 'sh')
        .map(({ heading }) => heading);
      expect(headings.filter(heading => !followed.includes(`follow('${heading}'`))).to.deep.equal([]);
    });
  }
});
