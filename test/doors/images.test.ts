import { expect } from 'chai';
import { openRestAccess, type RestAccess } from '../../testnode/host/rest-access.ts';
import type { ModuleResult } from '../bundle.ts';
import { startScene, type Scene } from '../scene.ts';
import { byApi, masked, onNode, type WayIn } from './door.ts';

const URL = 'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2';

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
      expect(await volumes()).to.match(/^debian-12-genericcloud-amd64-[0-9a-f]{12}\.qcow2\n$/);
      // What is proved by its publisher, another controller need not fetch again.
      const other = byApi(scene.cluster, access);
      expect(await succeed(other, 'cloud_image_fetch', { url: URL })).to.include({ changed: false });
      await scene.cluster.exec('pve01', ['bash', '-c', 'rm /var/lib/vz/import/*']);
    }
  });
});
