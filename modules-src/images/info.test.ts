import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../system/own-folder.fixture.ts';
import { readImageInfo } from './info.ts';

describe('readImageInfo', () => {
  const at = ownFolder();
  const qemuImg = (...args: string[]): Buffer => execFileSync('qemu-img', args);
  const refusal = (path: string): Promise<unknown> =>
    readImageInfo(path).then(
      () => 'it was accepted',
      (error: unknown) => (error instanceof Error ? error.message : error),
    );

  it('is undefined for a file that is not there', async () => {
    expect(await readImageInfo(at('none.img'))).to.equal(undefined);
  });

  it('goes by the content, not by the name', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', at('noble.img'), '64M');

    expect(await readImageInfo(at('noble.img'))).to.deep.equal({
      format: 'qcow2',
      virtualSize: 64 * 1024 ** 2,
      externalFiles: [],
    });
  });

  it('takes a raw disk with a boot sector', async () => {
    writeFileSync(at('disk.raw'), Buffer.concat([Buffer.alloc(510), Buffer.from([0x55, 0xaa])]));
    truncateSync(at('disk.raw'), 1024 ** 2);

    expect(await readImageInfo(at('disk.raw'))).to.include({ format: 'raw', virtualSize: 1024 ** 2 });
  });

  it('takes a VMDK that lists itself as its only extent', async () => {
    qemuImg('create', '-q', '-f', 'vmdk', at('disk.vmdk'), '1M');

    expect(await readImageInfo(at('disk.vmdk'))).to.deep.include({ format: 'vmdk', externalFiles: [] });
  });

  it('refuses an image that leads to other files, and names them', async () => {
    qemuImg('create', '-q', '-f', 'qcow2', at('base.qcow2'), '1M');
    qemuImg('create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', at('base.qcow2'), at('child.qcow2'));
    qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${at('data.raw')}`, at('split.qcow2'), '1M');

    expect(await refusal(at('child.qcow2'))).to.contain(
      `only a layer over another file (${at('base.qcow2')})`,
    );
    expect(await refusal(at('split.qcow2'))).to.contain(`its data in another file (${at('data.raw')})`);
  });

  it('refuses what is no disk image, and says what it is', async () => {
    writeFileSync(at('page.img'), '<!DOCTYPE html><html><body>404</body></html>');
    writeFileSync(at('text.img'), 'not here\n');
    writeFileSync(at('empty.img'), '');
    writeFileSync(at('cd.img'), Buffer.concat([Buffer.alloc(32_769), Buffer.from('CD001')]));

    expect(await refusal(at('page.img'))).to.contain('it is a web page');
    expect(await refusal(at('text.img'))).to.contain('no boot sector, partition table or file system');
    expect(await refusal(at('empty.img'))).to.contain('it is empty');
    expect(await refusal(at('cd.img'))).to.contain('it is a CD image');
    expect(await refusal(at())).to.contain(at());
  });
});
