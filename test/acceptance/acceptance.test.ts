import { expect } from 'chai';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layAcceptance } from '../../build/acceptance.ts';
import { root } from '../../build/modules.ts';
import { apiWay } from '../../testnode/api-way.ts';
import { CONFIG_WITHOUT_SNIPPETS } from '../../testnode/host/storage-config.ts';
import { SPARING } from '../ansible/play.ts';
import { publishImage } from '../published-image.ts';
import { startScene, type Scene } from '../scene.ts';

interface Written {
  readonly pve: { readonly version: string; readonly storages: readonly string[] };
  readonly outcomes: readonly { readonly state: string; readonly reason?: string }[];
  readonly left: readonly string[];
}

/**
 * Every promise, by both doors, with a fixed address and with one of DHCP, and a second Ctrl-C take minutes:
 * `npm run test:acceptance`. How a run begins and ends is shown here.
 */
const IS_LONG = process.env['MANY'] === '1';

/** The node takes the address of the guest, so that an SSH server answers there. */
const GUEST = '10.98.0.150';

/** Of a release that was unpacked in the folder in which it is run. */
const SHIPPED = [process.execPath, 'proxmox/acceptance/acceptance.mjs'];
/** Of a checkout, wherever it is run. */
const CHECKED_OUT = [join(root, 'node_modules/.bin/tsx'), join(root, 'acceptance/main.ts')];

/** Runs a program, presses Ctrl-C each time it has said one of the words at the beginning of a line, and waits for its end. */
const interruptedAt = (...words: readonly string[]): string => `
"$@" > "$0" 2>&1 & program=$!
for word in ${words.join(' ')}; do
  until grep -q "^$word" "$0"; do sleep 0.1; done
  kill -INT $program
done
wait $program; rc=$?
cat "$0"; exit $rc`;

describe('acceptance on a node', function () {
  this.timeout(900_000);
  let scene: Scene;
  let way: Awaited<ReturnType<typeof apiWay>>;
  before(async () => {
    scene = await startScene({ storageConfig: CONFIG_WITHOUT_SNIPPETS });
    way = await apiWay(scene);
    await scene.cluster.exec('pve01', ['ip', 'addr', 'add', `${GUEST}/24`, 'dev', 'vmbr0']);
    // Something that has an agent.
    if (IS_LONG) await publishImage(scene, '64M', true);
    // As a user has it who has unpacked a release.
    cpSync(join(root, 'role/proxmox'), join(scene.home, 'proxmox'), { recursive: true });
    await layAcceptance(join(scene.home, 'proxmox'));
  });
  after(() => scene.down());

  const accept = async (name: string, args: readonly string[], program = SHIPPED) => {
    const path = join(scene.home, name);
    const all = ['--node', 'pve01', '--vmids', '9900-9949', '--storage', 'local', '--report', path, ...args];
    const { rc, stdout, stderr } = await scene.cluster.controllerExec([...way.wrapper, ...program, ...all], {
      cwd: scene.home,
      env: {
        ...(IS_LONG ? {} : SPARING),
        ...{ ...way.env, HOME: scene.home, PATH: `${root}.venv/bin:${process.env['PATH'] ?? ''}` },
      },
    });
    const log = existsSync(`${path}.log`) ? readFileSync(`${path}.log`, 'utf8') : '';
    return { rc, output: `${stdout}${stderr}${log}`, path };
  };
  // As it was just written.
  const reportAt = (path: string): Written => JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Written;
  /** What the node has of VMs, volumes, images and pools. */
  const inNode = async (): Promise<string> => {
    const script = 'ls -A /etc/pve/qemu-server; find /var/lib/vz; pvesh get /pools --output-format json';
    const { stdout } = await scene.cluster.exec('pve01', ['sh', '-c', script]);
    return stdout;
  };

  /** In what is written to be sent. */
  function expectNoPlace(path: string): void {
    const texts = `${readFileSync(`${path}.json`, 'utf8')}${readFileSync(`${path}.md`, 'utf8')}`;
    const secret = way.env['PROXMOX_TOKEN_SECRET'] ?? '';
    for (const word of [secret, scene.cluster.address('pve01'), 'pve01']) expect(texts).not.to.contain(word);
  }

  const FIXED = ['--boot', `${GUEST}/24`, '--gateway', '10.98.0.1'];
  const DOORS = [
    ['SSH', () => ['-i', scene.cluster.inventoryFile, ...FIXED]],
    ['the API', () => ['--api', '--boot', 'dhcp']],
  ] as const;
  for (const [door, args] of IS_LONG ? DOORS : [])
    it(`keeps every promise by ${door}, leaves nothing, and tells no secret and no address`, async () => {
      const before = await inNode();
      const { rc, output, path } = await accept(door, args());

      expect(rc, output).to.equal(0);
      const report = reportAt(path);
      expect(report.outcomes).to.have.lengthOf(20);
      expect(report.left).to.deep.equal([]);
      expect(report.pve.version).to.match(/^9/);
      expect(report.pve.storages).to.deep.equal(['dir']);
      expectNoPlace(path);
      expect(await inNode()).to.equal(before);
    });

  it('removes what it made when Ctrl-C is pressed in the middle, and the report tells what was not run', async () => {
    const before = await inNode();
    const { rc, output, path } = await accept(
      'interrupted',
      ['-i', scene.cluster.inventoryFile],
      ['sh', '-c', interruptedAt('passed'), join(scene.home, 'interrupted.out'), ...SHIPPED],
    );

    expect(rc, output).to.equal(1);
    expect(output).to.contain('interrupted: the playbook that runs may end');
    expectNoPlace(path);
    const { outcomes, left, pve } = reportAt(path);
    expect(pve.version).to.match(/^9/);
    expect(outcomes).to.have.lengthOf(18);
    const states = outcomes.map(({ state, reason = '' }) => `${state} ${reason}`.trim());
    expect(states.slice(0, 3)).to.deep.equal(['passed', 'passed', 'not run interrupted']);
    expect(states.slice(2).every(state => state === 'not run interrupted')).to.equal(true);
    expect(left).to.deep.equal([]);
    expect(await inNode()).to.equal(before);
  });

  if (IS_LONG)
    it('kills the playbook at a second Ctrl-C, removes what it finds then, and says what nobody can know', async () => {
      const { rc, output, path } = await accept(
        'killed',
        ['-i', scene.cluster.inventoryFile],
        ['sh', '-c', interruptedAt('passed', 'interrupted'), join(scene.home, 'killed.out'), ...SHIPPED],
      );

      expect(rc, output).to.equal(1);
      const { outcomes, left } = reportAt(path);
      const states = outcomes.map(({ state, reason = '' }) => `${state} ${reason}`.trim());
      expect(states.slice(0, 2)).to.deep.equal(['passed', 'not run interrupted']);
      expect(new Set(states.slice(1))).to.deep.equal(new Set(['not run interrupted']));
      expect(left.at(-1)).to.contain('look for VMs 9900 to 9949 once more');
    });

  it('refuses to begin while a VMID is taken, a pool is there or a storage is not, names all and touches nothing', async () => {
    await scene.cluster.exec('pve01', ['qm', 'create', '9907', '--name', 'somebody']);
    await scene.cluster.exec('pve01', ['pvesh', 'create', '/pools', '--poolid', 'theirs']);
    const before = await inNode();
    const bad = ['-i', scene.cluster.inventoryFile, '--pool', 'theirs', '--storage', 'nowhere'];
    const { rc, output } = await accept('refused', bad, CHECKED_OUT);

    expect(rc, output).to.equal(2);
    expect(output).to.contain('9907').and.to.contain('pool theirs').and.to.contain('no storage nowhere');
    expect(await inNode()).to.equal(before);
  });
});
