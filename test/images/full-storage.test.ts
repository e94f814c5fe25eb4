import { expect } from 'chai';
import { execa } from 'execa';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlaybookRun } from '../../testnode/playbook.ts';
import { startScene, type Scene } from '../scene.ts';

const MINIMAL = 'test/playbooks/minimal.yml';
const IMAGE_URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';
const FOLDER = '/srv/small';
const MEGABYTE = 1024 ** 2;

/** A storage that is a small file system of its own, and really fills up. */
const STORAGES = `dir: local
\tpath /var/lib/vz
\tcontent iso,vztmpl,backup,snippets,images,import,rootdir

dir: small
\tpath ${FOLDER}
\tcontent images

`;

describe('a storage without space', function () {
  this.timeout(300_000);
  let scene: Scene;
  beforeEach(async () => {
    scene = await startScene({ storageConfig: STORAGES });
    await scene.cluster.exec('pve01', ['mkdir', '-p', FOLDER]);
    await onNode('mount', '-t', 'tmpfs', '-o', 'size=16m', 'small', FOLDER);
  });
  afterEach(() => scene.down());

  const onNode = (...argv: readonly string[]): Promise<string> => scene.cluster.succeed('pve01', argv);
  const run = (): Promise<PlaybookRun> =>
    scene.run(MINIMAL, ['-e', 'proxmox_vm_node=pve01', '-e', 'proxmox_disk_storage=small']);
  const volumes = (): Promise<string> => onNode('find', FOLDER, '-type', 'f');
  const config = (): Promise<string> => scene.cluster.readFile('pve01', '/etc/pve/qemu-server/250.conf');

  /** An image of 64 MiB of which the first ones are filled; `-c` packs what repeats itself. */
  async function serveImage(filled: Buffer, ...pack: readonly string[]): Promise<void> {
    const [raw, image] = [join(scene.home, 'filled.raw'), join(scene.home, 'filled.qcow2')];
    writeFileSync(raw, Buffer.concat([filled, Buffer.alloc(64 * MEGABYTE - filled.length)]));
    await execa('qemu-img', ['convert', ...pack, '-f', 'raw', '-O', 'qcow2', raw, image]);
    await scene.images.addFiles({ [IMAGE_URL]: image });
  }

  const repeating = Buffer.alloc(40 * MEGABYTE, 'the same again and again ');

  it('is found before anything is imported', async () => {
    await serveImage(repeating);
    const { rc, output } = await run();

    expect(rc).not.to.equal(0);
    expect(output).to.match(/the disk needs 40M, and the storage has 1[56]M free; free some space there/);
    expect((await scene.newCalls()).map(({ argv }) => argv.slice(0, 2).join(' '))).to.deep.equal([
      'qm create',
    ]);
    expect(await volumes()).to.equal('');
  });

  it('that fills up in the middle of the import keeps no half disk, and the next run goes on', async () => {
    await serveImage(repeating, '-c');
    const { rc, output } = await run();

    expect(rc).not.to.equal(0);
    expect(output).to.match(/cannot import .* into small as scsi0.*No space left on device.*free some space/);
    expect(await volumes()).to.equal('');
    expect(await config()).not.to.match(/^(?:scsi0|unused\d+|lock):/m);

    await onNode('mount', '-o', 'remount,size=200m', FOLDER);
    const next = await run();
    expect(next.rc, next.output).to.equal(0);
    expect(await config()).to.match(/^scsi0: small:250\/vm-250-disk-\d+\.qcow2,size=/m);
  });
});
