import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { apiWay } from '../../testnode/api-way.ts';
import { startScene, type Scene } from '../scene.ts';

const STORAGES = 'dir: local\n\tpath /var/lib/vz\n\tcontent iso,import,images,rootdir\n';

interface Written {
  readonly pve: { readonly version: string; readonly storages: readonly string[] };
  readonly outcomes: readonly object[];
  readonly left: readonly string[];
}

/** By the API, too: `npm run test:acceptance`. */
const IS_LONG = process.env['MANY'] === '1';

describe('acceptance on a node', function () {
  this.timeout(900_000);
  let scene: Scene;
  let way: Awaited<ReturnType<typeof apiWay>>;
  before(async () => {
    scene = await startScene({ storageConfig: STORAGES });
    way = await apiWay(scene);
  });
  after(() => scene.down());

  const accept = async (name: string, args: readonly string[]) => {
    const path = join(scene.home, name);
    const all = ['--node', 'pve01', '--vmids', '9900-9949', '--storage', 'local', '--report', path, ...args];
    const program = [process.execPath, '--import', 'tsx', join(root, 'acceptance/main.ts'), ...all];
    const { rc, stdout, stderr } = await scene.cluster.controllerExec([...way.wrapper, ...program], {
      cwd: root,
      env: { ...way.env, HOME: scene.home },
    });
    const log = existsSync(`${path}.log`) ? readFileSync(`${path}.log`, 'utf8') : '';
    return { rc, output: `${stdout}${stderr}${log}`, path };
  };
  /** What the node has of VMs, volumes, images and pools. */
  const inNode = async (): Promise<string> => {
    const script = 'ls -A /etc/pve/qemu-server; find /var/lib/vz; pvesh get /pools --output-format json';
    const { stdout } = await scene.cluster.exec('pve01', ['sh', '-c', script]);
    return stdout;
  };

  const DOORS = [
    ['SSH', () => ['-i', scene.cluster.inventoryFile]],
    ...(IS_LONG ? [['the API', () => ['--api']] as const] : []),
  ] as const;
  for (const [door, args] of DOORS)
    it(`keeps every promise by ${door}, leaves nothing, and tells no secret and no address`, async () => {
      const before = await inNode();
      const { rc, output, path } = await accept(door, args());

      expect(rc, output).to.equal(0);
      // The report that was just written.
      const report = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Written;
      expect(report.outcomes).to.have.lengthOf(18);
      expect(report.left).to.deep.equal([]);
      expect(report.pve.version).to.match(/^9/);
      expect(report.pve.storages).to.deep.equal(['dir']);
      const texts = `${readFileSync(`${path}.json`, 'utf8')}${readFileSync(`${path}.md`, 'utf8')}`;
      const secret = way.env['PROXMOX_TOKEN_SECRET'] ?? '';
      for (const word of [secret, scene.cluster.address('pve01'), 'pve01'])
        expect(texts).not.to.contain(word);
      expect(await inNode()).to.equal(before);
    });

  it('refuses to begin while a number is taken, a pool is there or a storage is not, names all and touches nothing', async () => {
    await scene.cluster.exec('pve01', ['qm', 'create', '9907', '--name', 'somebody']);
    await scene.cluster.exec('pve01', ['pvesh', 'create', '/pools', '--poolid', 'theirs']);
    const before = await inNode();
    const { rc, output } = await accept('refused', [
      ...['-i', scene.cluster.inventoryFile, '--pool', 'theirs', '--storage', 'nowhere'],
    ]);

    expect(rc, output).to.equal(2);
    expect(output).to.contain('9907').and.to.contain('pool theirs').and.to.contain('no storage nowhere');
    expect(await inNode()).to.equal(before);
  });
});
