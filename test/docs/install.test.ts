import { expect } from 'chai';
import { execa } from 'execa';
import { load } from 'js-yaml';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleNames, root } from '../../build/modules.ts';
import { SPARING } from '../ansible/play.ts';
import { fencesOf, followed, type Fence } from './fences.ts';
import { pythonPrograms } from '../matrix/programs.ts';
import { changing, startScene, type Scene } from '../scene.ts';

const PAGE = followed('docs/install.md');
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { readonly version: string };
const ROLE = `proxmox-${version}.tar.gz`;
const COLLECTION = `cloudimage-proxmox-${version}.tar.gz`;
const IMAGE = 'debian-12-genericcloud-amd64.qcow2';

const DEFINITION = `${root}examples/execution-environment.yml`;

/** Of an execution environment, what takes the collection there. */
interface Definition {
  readonly dependencies: { readonly galaxy: { readonly collections: readonly [{ readonly name: string }] } };
  readonly additional_build_files: readonly object[];
  readonly additional_build_steps: { readonly prepend_galaxy: readonly string[] };
}

/** `npm test` itself begins with a git checkout that it builds, and has the archive; `npm run test:install` has all. */
const LONG = ['requirements.yml', 'A git checkout'];
const isLong = process.env['MANY'] === '1';

/** A user of their own: an empty home but for an SSH key, and an empty folder but for what docs/install.md presumes. */
interface User {
  readonly home: string;
  readonly folder: string;
}

describe('docs/install.md', function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async () => {
    await execa('node_modules/.bin/tsx', ['build/package.ts'], { cwd: root });
    scene = await startScene({ nodes: 2, perNode: { pve02: { nodejs: false } } });
    writePrograms();
  });
  after(() => scene.down());

  /** The network of the nodes has no way out: what needs it runs there, and everything else on this machine. */
  function writePrograms(): void {
    mkdirSync(join(scene.home, 'bin'));
    const enter = scene.cluster.enterController().join(' ');
    const program = `#!/bin/sh\nexec ${enter} ${root}.venv/bin/ansible-playbook "$@"\n`;
    writeFileSync(join(scene.home, 'bin/ansible-playbook'), program, { mode: 0o755 });
  }

  function newUser(vmid: number, files: readonly string[] = []): User {
    const home = mkdtempSync(join(scene.home, 'user-'));
    const folder = join(home, 'work');
    mkdirSync(folder);
    cpSync(join(scene.home, '.ssh'), join(home, '.ssh'), { recursive: true });
    cpSync(scene.cluster.inventoryFile, join(folder, 'inventory.ini'));
    const playbook = fencesOf('README.md').find(({ text }) => text.startsWith('---\n'))?.text ?? '';
    writeFileSync(join(folder, 'site.yml'), playbook.replace('vmid: 999', `vmid: ${vmid}`));
    for (const file of files) cpSync(`${root}build/out/${file}`, join(folder, file));
    return { home, folder };
  }

  /** Writes the files and runs the commands under a heading, as they stand there; answers what they printed. */
  async function follow(heading: string, { home, folder }: User, env: Record<string, string> = {}) {
    const blocks = PAGE.under(heading);
    expect(blocks, heading).not.to.deep.equal([]);
    for (const block of blocks.filter(({ language }) => language === 'yaml')) writeNamed(block, folder);
    const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
    const path = `${scene.home}/bin:${root}.venv/bin:${process.env['PATH'] ?? ''}`;
    const { all, exitCode } = await execa('bash', ['-euo', 'pipefail', '-c', commands.join('')], {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      env: {
        ...{ PATH: path, HOME: home, ANSIBLE_LOCALHOST_WARNING: 'False' },
        ...(isLong ? {} : SPARING),
        ...env,
      },
    });
    expect(exitCode, all).to.equal(0);
    return all;
  }

  function writeNamed({ text }: Fence, folder: string): void {
    const [, name = ''] = /^# (\S+\.yml)$/m.exec(text) ?? [];
    writeFileSync(join(folder, name), text);
  }

  async function expectVm(node: string, vmid: number): Promise<void> {
    const config = await scene.cluster.readFile(node, `/etc/pve/qemu-server/${vmid}.conf`);
    expect(config)
      .to.contain('boot: order=scsi0')
      .and.to.match(/^scsi0: /m);
  }

  it('installs the role from its archive, upgrades and removes it', async () => {
    const user = newUser(201, [ROLE, 'SHA256SUMS']);
    await follow('The archive of the role', user);
    await expectVm('pve01', 201);
    const role = join(user.home, '.ansible/roles/proxmox');
    for (const name of moduleNames) readFileSync(join(role, `library/${name}.js`));
    writeFileSync(join(role, 'tasks/main.yml'), 'what an older version had');
    await scene.newCalls();

    expect(await follow('Upgrade', user)).to.match(/changed=0 .*failed=0/);
    expect(await scene.newCalls()).to.deep.equal([]);

    await remove(user);
  });

  /** Removes the role and, as check mode had said it would, what it left on the node. */
  async function remove(user: User): Promise<void> {
    cpSync(`${root}examples/remove-from-nodes.yml`, join(user.folder, 'remove-from-nodes.yml'));
    await scene.cluster.exec('pve01', ['mkdir', '-p', '/var/lib/vz/snippets']);
    for (const vmid of [201, 777])
      await scene.cluster.writeFile('pve01', `/var/lib/vz/snippets/proxmox-role-${vmid}-user.yaml`, '');
    const cicustom = 'user=local:snippets/proxmox-role-201-user.yaml';
    await scene.cluster.exec('pve01', ['qm', 'set', '201', '--cicustom', cicustom]);

    await follow('Remove', user);

    const { stdout } = await scene.cluster.exec('pve01', [
      ...['find', '/opt/proxmox-role', '/run/lock/proxmox-role', '/var/lib/vz/template/iso'],
      ...['/var/lib/vz/snippets', '-type', 'f'],
    ]);
    expect(stdout).to.equal('/var/lib/vz/snippets/proxmox-role-201-user.yaml\n');
    await expectVm('pve01', 201);
    const { exitCode } = await execa('test', ['-e', join(user.home, '.ansible/roles/proxmox')], {
      reject: false,
    });
    expect(exitCode).to.equal(1);
  }

  async function useRequirements(): Promise<void> {
    await follow('requirements.yml', newUser(202, [ROLE]));

    await expectVm('pve01', 202);
  }
  if (isLong) it('installs the role by requirements.yml', useRequirements);

  async function useCheckout(): Promise<void> {
    const repository = join(scene.home, 'repository');
    await commitSources(repository);
    // Whose npm has the packages: another 60 MB of them would prove nothing.
    const { stdout: cache } = await execa('npm', ['config', 'get', 'cache']);
    await follow('A git checkout', newUser(203), { REPOSITORY: repository, npm_config_cache: cache });

    await expectVm('pve01', 203);
  }
  if (isLong) it('uses a git checkout, once it is built', useCheckout);

  it('installs the collection, whose files are those of its lists', async () => {
    const user = newUser(204, [COLLECTION]);
    await follow('A collection', user);

    await expectVm('pve01', 204);
    const verify = ['collection', 'verify', '--offline', 'cloudimage.proxmox'];
    const { all, exitCode } = await execa(`${root}.venv/bin/ansible-galaxy`, verify, {
      all: true,
      reject: false,
      env: { HOME: user.home },
    });
    expect(exitCode, all).to.equal(0);
    expect(all).not.to.contain('modified content');
  });

  it('goes into an execution environment, whose definition takes the archive to where it is installed from', () => {
    const { dependencies, additional_build_files, additional_build_steps } = load(
      readFileSync(DEFINITION, 'utf8'),
    ) as Definition;
    const [{ name }] = dependencies.galaxy.collections;

    expect(additional_build_files).to.deep.equal([
      { src: `../build/out/${COLLECTION}`, dest: 'collections' },
    ]);
    expect(additional_build_steps.prepend_galaxy).to.deep.equal([
      `COPY _build/collections/${COLLECTION} ${name}`,
    ]);
  });

  /** As far as ansible-builder can say without a container engine. */
  async function buildEnvironment(): Promise<void> {
    const builder = await pythonPrograms('ansible-builder', '3.2.0');
    const context = mkdtempSync(join(scene.home, 'context-'));

    await execa(`${builder}/ansible-builder`, ['create', '-f', DEFINITION, '-c', context]);

    const recipe = readdirSync(context).find(name => /^(?:Docker|Container)file$/.test(name)) ?? '';
    const dockerfile = readFileSync(join(context, recipe), 'utf8');
    const [, source = '', target = ''] = /^COPY (_build\/collections\/\S+) (\S+)$/m.exec(dockerfile) ?? [];
    expect(readFileSync(join(context, source))).to.deep.equal(readFileSync(`${root}build/out/${COLLECTION}`));
    expect(readFileSync(join(context, '_build/requirements.yml'), 'utf8')).to.contain(`name: ${target}\n`);
  }
  if (isLong) it('is taken by ansible-builder', buildEnvironment);

  it('makes a VM on a node without Node.js, without asking any server', async () => {
    const user = newUser(205, [ROLE]);
    await packNode(join(user.folder, 'node-linux-x64.tar.gz'));
    cpSync(join(scene.home, 'image.qcow2'), join(user.folder, IMAGE));
    writeFileSync(join(user.folder, `${IMAGE}.sha256`), `${scene.imageDigest}\n`);

    await follow('Without the internet', user);

    await expectVm('pve02', 205);
    expect(changing(await scene.newCalls('pve02'))).to.include('qm create 205');
  });

  it('was followed under each of its headings', () => {
    expect(PAGE.leftOut()).to.deep.equal(isLong ? [] : LONG);
  });
});

/** What git would have of this tree, committed or not. */
async function commitSources(repository: string): Promise<void> {
  const left = /\/(?:node_modules|\.venv|\.cache|\.git|build\/out|role\/proxmox\/library\/\w+\.js)$/;
  cpSync(root, repository, { recursive: true, filter: path => !left.test(path) });
  const git = (...args: readonly string[]) => execa('git', args, { cwd: repository });
  await git('init', '-q');
  await git('add', '-A');
  await git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '-q', '-m', 'test');
}

/** An archive that is laid out as those of nodejs.org are, with a program that is the test node's own Node.js. */
async function packNode(archive: string): Promise<void> {
  const bin = join(archive, '../node-linux-x64/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'node'), '#!/bin/sh\nexec /opt/testnode/node "$@"\n', { mode: 0o755 });
  await execa('tar', ['-czf', archive, '-C', join(bin, '../..'), 'node-linux-x64']);
}
