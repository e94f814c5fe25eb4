import { expect } from 'chai';
import { execa } from 'execa';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleModules } from '../../build/bundle.ts';
import { moduleNames, root } from '../../build/modules.ts';

describe('what is shipped', function () {
  this.timeout(300_000);

  /** Packs what is built, as `npm run package` does. */
  async function pack() {
    await execa('tsx', ['build/package.ts'], { cwd: root, preferLocal: true });
    return {
      bundles: moduleNames.map(name => readFileSync(`${root}role/proxmox/library/${name}.js`, 'latin1')),
      sums: readFileSync(`${root}build/out/SHA256SUMS`, 'utf8'),
    };
  }

  type Packed = Awaited<ReturnType<typeof pack>>;
  let first: Packed;
  let second: Packed;
  before(async () => {
    first = await pack();
    await bundleModules();
    second = await pack();
  });

  it('is the same, byte for byte, when it is made again, with checksums and a list of what it is made of', async () => {
    expect(second.bundles.every((text, index) => text === first.bundles[index])).to.equal(true);
    expect(second.sums).to.equal(first.sums);
    expect(second.sums.replaceAll(/^[0-9a-f]{64} {2}/gm, '').replaceAll(/-\d+\.\d+\.\d+/g, '')).to.equal(
      'proxmox.tar.gz\ncloudimage-proxmox.tar.gz\nproxmox.cdx.json\n',
    );
    await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: `${root}build/out` });
  });

  it('has the acceptance run in the role, for whom has Node.js alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unpacked-'));
    const [archive = ''] = /proxmox-[\d.]+\.tar\.gz/.exec(second.sums) ?? [];
    await execa('tar', ['-xzf', `${root}build/out/${archive}`, '-C', folder]);
    const program = join(folder, 'proxmox/acceptance/acceptance.mjs');
    const { exitCode, stderr } = await execa(program, ['--vmids', '9900-9949'], {
      cwd: folder,
      reject: false,
    });
    rmSync(folder, { recursive: true });

    expect([exitCode, stderr.split('\n', 1)[0]]).to.deep.equal([
      2,
      'cannot begin: --node is missing: name the node',
    ]);
  });
});
