import { expect } from 'chai';
import { execa } from 'execa';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { partsIn } from '../../pve/cloud-init/drive/parts.ts';
import { readDrive } from './cloud-init-drive.ts';

/** A drive as PVE makes it: genisoimage into a volume of 4 MiB, qcow2 on a file storage and raw elsewhere. */
describe('the cloud-init drive of a VM', () => {
  const at = ownFolder();
  beforeEach(() => {
    mkdirSync(at('images/200'), { recursive: true });
  });

  async function make(volume: string, label: string, files: Readonly<Record<string, string>>): Promise<void> {
    const content = at('content');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(content, name)), { recursive: true });
      writeFileSync(join(content, name), text);
    }
    const [iso, path] = [at('drive.iso'), at('images', volume)];
    const format = volume.endsWith('.qcow2') ? 'qcow2' : 'raw';
    const preallocation = format === 'qcow2' ? ['-o', 'preallocation=metadata'] : [];
    await execa('genisoimage', ['-quiet', '-iso-level', '3', '-J', '-R', '-V', label, '-o', iso, content]);
    await execa('qemu-img', ['create', '-q', '-f', format, ...preallocation, path, '4M']);
    await execa('qemu-img', ['convert', '-n', '-f', 'raw', '-O', format, iso, path]);
  }

  const read = async (volume: string) => {
    const files = await readDrive(`here:${volume}`, parseStorageConfig(`dir: here\n\tpath ${at()}\n`));
    return files && partsIn(files);
  };

  for (const format of ['qcow2', 'raw']) {
    it(`is read from ${format}`, async () => {
      const big = '#cloud-config\n' + '# a comment\n'.repeat(20_000);
      await make(`200/vm-200-cloudinit.${format}`, 'cidata', {
        'user-data': big,
        'network-config': 'version: 1\n',
        'meta-data': 'instance-id: abc\n',
        'vendor-data': '',
      });

      expect([...((await read(`200/vm-200-cloudinit.${format}`)) ?? [])]).to.deep.equal([
        ['user', big],
        ['vendor', ''],
        ['network', 'version: 1\n'],
        ['meta', 'instance-id: abc\n'],
      ]);
    });
  }

  it('is read in the layout of configdrive2', async () => {
    await make('200/vm-200-cloudinit.qcow2', 'config-2', {
      'openstack/latest/user_data': 'user',
      'openstack/latest/meta_data.json': '{}',
      'openstack/latest/vendor_data.json': 'vendor',
      'openstack/content/0000': 'auto lo\n',
    });

    expect(Object.fromEntries((await read('200/vm-200-cloudinit.qcow2')) ?? [])).to.deep.equal({
      user: 'user',
      meta: '{}',
      vendor: 'vendor',
      network: 'auto lo\n',
    });
  });

  it('that was never written, is damaged or is not there tells nothing', async () => {
    await execa('qemu-img', ['create', '-q', '-f', 'qcow2', at('images/200/vm-200-cloudinit.qcow2'), '4M']);
    expect(await read('200/vm-200-cloudinit.qcow2')).to.equal(undefined);

    await make('200/vm-200-cloudinit.raw', 'cidata', { 'user-data': 'text' });
    const whole = readFileSync(at('images/200/vm-200-cloudinit.raw'));
    for (const length of [0, 33_000, 40_000]) {
      writeFileSync(at('images/200/vm-200-cloudinit.raw'), whole.subarray(0, length));
      expect(await read('200/vm-200-cloudinit.raw'), String(length)).to.equal(undefined);
    }
    expect(await read('200/vm-200-cloudinit')).to.equal(undefined);
  });
});
