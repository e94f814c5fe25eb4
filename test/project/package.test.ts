import { expect } from 'chai';
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { bundleModules } from '../../build/bundle.ts';
import { moduleNames, root } from '../../build/modules.ts';

describe('what is shipped', function () {
  this.timeout(300_000);

  /** Bundles and packs, as `npm run package` does. */
  async function pack() {
    await bundleModules();
    await execa('tsx', ['build/package.ts'], { cwd: root, preferLocal: true });
    return {
      bundles: moduleNames.map(name => readFileSync(`${root}role/proxmox/library/${name}.js`, 'latin1')),
      sums: readFileSync(`${root}build/out/SHA256SUMS`, 'utf8'),
    };
  }

  it('is the same, byte for byte, when it is made again, with checksums and a list of what it is made of', async () => {
    const first = await pack();
    const second = await pack();

    expect(second.bundles.every((text, index) => text === first.bundles[index])).to.equal(true);
    expect(second.sums).to.equal(first.sums);
    expect(second.sums.replaceAll(/^[0-9a-f]{64} {2}/gm, '').replaceAll(/-\d+\.\d+\.\d+/g, '')).to.equal(
      'proxmox.tar.gz\ncloudimage-proxmox.tar.gz\nproxmox.cdx.json\n',
    );
    await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: `${root}build/out` });
  });
});
