import { expect } from 'chai';
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { bundleModules } from './bundle.ts';
import { moduleNames, root } from './modules.ts';

const bundles = (): readonly string[] =>
  moduleNames.map(name => readFileSync(`${root}role/proxmox/library/${name}.js`, 'latin1'));

describe('what is shipped', function () {
  this.timeout(300_000);

  it('is the same, byte for byte, when it is built again', async () => {
    await bundleModules();
    const first = bundles();
    await bundleModules();

    expect(bundles().every((text, index) => text === first[index])).to.equal(true);
  });

  it('is packed the same again, with checksums and a list of what it is made of', async () => {
    const pack = async (): Promise<string> => {
      await execa('npx', ['tsx', 'build/package.ts'], { cwd: root });
      return readFileSync(`${root}build/out/SHA256SUMS`, 'utf8');
    };
    const sums = await pack();

    expect(await pack()).to.equal(sums);
    expect(sums.replaceAll(/^[0-9a-f]{64} {2}/gm, '').replaceAll(/-\d+\.\d+\.\d+/g, '')).to.equal(
      'proxmox.tar.gz\ncloudimage-proxmox.tar.gz\nproxmox.cdx.json\n',
    );
    await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: `${root}build/out` });
  });
});
