import { expect } from 'chai';
import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import { everywhere } from '../../testnode/image-server/catalogue.ts';
import type { ModuleResult } from '../bundle.ts';
import { startScene, type Scene } from '../scene.ts';
import { byApi, onNode, type WayIn } from './door.ts';
import { masked } from './masked.ts';

const URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';

const fileDigest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('an image by both doors', () => {
  let scene: Scene;
  let access: RestAccess;

  before(async () => {
    scene = await startScene({ guests: 'pretend' });
    access = await openRestAccess(scene.cluster);
  });
  after(() => scene.down());

  const volumes = async (): Promise<string> =>
    (await scene.cluster.exec('pve01', ['ls', '/var/lib/vz/import'])).stdout;

  const empty = () => scene.cluster.exec('pve01', ['bash', '-c', 'rm /var/lib/vz/import/*']);

  async function succeed(way: WayIn, module: string, args: object): Promise<ModuleResult> {
    const result = await way.run(module, { ...args });
    expect(result.failed, JSON.stringify(result)).to.equal(false);
    return result;
  }

  async function made(way: WayIn, via: string | undefined): Promise<string> {
    const fetched = { url: URL, ...(via !== undefined && { via }) };
    expect(await succeed(way, 'cloud_image_fetch', fetched)).to.include({
      changed: true,
      verified: 'checksum',
    });
    expect(await succeed(way, 'cloud_image_fetch', fetched)).to.include({ changed: false });
    const own = { vmid: 300, name: 'of-an-image' };
    const disk = {
      ...own,
      image: URL,
      storage: 'local',
      disk: 'scsi0',
      size_increase: '1G',
      format: 'qcow2',
      cloud_init_drive: true,
    };
    await succeed(way, 'vm_create', { ...own, disk_storage: 'local' });
    expect(await succeed(way, 'qm_import_disk', disk)).to.include({ changed: true });
    expect(await succeed(way, 'qm_import_disk', disk)).to.include({ changed: false });
    const config = await scene.cluster.readFile('pve01', '/etc/pve/nodes/pve01/qemu-server/300.conf');
    await succeed(way, 'vm_remove', { ...own, confirm_delete: own.name });
    return masked(config);
  }

  /** The name in the mark says where the image came from, and each door has places of its own. */
  const withoutName = (config: string): string => config.replace(/"image"%3A"[^"]*",/g, '');

  it('becomes the same disk', async () => {
    const ssh = withoutName(await made(onNode(scene.cluster), undefined));

    for (const via of ['controller', 'node']) {
      const way = byApi(scene.cluster, access);
      expect(withoutName(await made(way, via)), via).to.equal(ssh);
      expect(await volumes()).to.match(
        /^debian-12-genericcloud-amd64-[0-9a-f]{12}(?:-[0-9a-f]{4})?\.qcow2\n$/,
      );
      // What is proved by its publisher, another controller need not fetch again.
      const other = byApi(scene.cluster, access);
      expect(await succeed(other, 'cloud_image_fetch', { url: URL })).to.include({ changed: false });
      await empty();
    }
  });

  it('of which the storage has a part alone is brought whole, and known as such by another controller', async () => {
    const way = byApi(scene.cluster, access);
    const fetched = { url: URL, via: 'controller' };
    const part = await succeed(way, 'cloud_image_fetch', fetched);
    await scene.cluster.exec('pve01', ['sh', '-c', 'truncate -s -1 /var/lib/vz/import/*']);

    const whole = await succeed(way, 'cloud_image_fetch', fetched);
    const known = await succeed(byApi(scene.cluster, access), 'cloud_image_fetch', fetched);

    expect([whole['changed'], known['changed']]).to.deep.equal([true, false]);
    expect(known['path']).to.equal(whole['path']).and.not.equal(part['path']);
    await empty();
  });

  it('is the newest one by the API, whichever way the one before has come', async () => {
    const way = byApi(scene.cluster, access);
    for (const [index, via] of ['controller', 'node', 'controller', 'auto'].entries()) {
      const image = join(scene.home, `build-${index}.qcow2`);
      await execa('qemu-img', ['create', '-q', '-f', 'qcow2', image, `${70 + index}M`]);
      await scene.images.addFiles(everywhere(image));
      const fetched = { url: URL, via, refresh: 'if-changed' };

      expect(await succeed(way, 'cloud_image_fetch', fetched), via).to.include({ changed: true });
      expect(await succeed(way, 'cloud_image_fetch', fetched), via).to.include({ changed: false });
    }
  });

  it('is noted as proved by a digest that is given when it is there, once', async () => {
    for (const way of [onNode(scene.cluster), byApi(scene.cluster, access)]) {
      await empty();
      const { checksum } = await succeed(way, 'cloud_image_fetch', { url: URL, refresh: 'if-changed' });
      const proved = { url: URL, checksum };

      expect(await succeed(way, 'cloud_image_fetch', proved), way.name).to.include({ changed: true });
      expect(await succeed(way, 'cloud_image_fetch', proved), way.name).to.include({ changed: false });
    }
  });

  it('does not take the place of a file that somebody has changed on the controller', async () => {
    const home = mkdtempSync(join(scene.home, 'controller-'));
    const way = byApi(scene.cluster, access, {}, home);
    await empty();
    await succeed(way, 'cloud_image_fetch', { url: URL, via: 'controller' });
    const file = join(home, '.cache/proxmox-role/images/debian-12-genericcloud-amd64.qcow2');
    appendFileSync(file, 'customised');
    const digest = fileDigest(file);
    await empty();

    for (const via of ['controller', 'node', 'auto']) {
      const { failed, msg } = await way.run('cloud_image_fetch', { url: URL, via, refresh: 'always' });

      expect(failed, msg).to.equal(true);
      expect(msg).to.contain(`${basename(file)} on the controller is not written over: it was changed`);
    }
    expect(fileDigest(file)).to.equal(digest);
  });
});
