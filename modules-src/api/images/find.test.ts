import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NETWORK } from '../../http/network.fixture.ts';
import { judge } from '../../pve/images/cache.ts';
import { parseChecksum } from '../../pve/images/checksum.ts';
import { renderImageRecord } from '../../pve/images/file.ts';
import type { ImageWish } from '../../sdk/image.ts';
import { startController, type Controller } from './controller.fixture.ts';
import { findImage } from './find.ts';
import { storedName, volumeIdentity } from './storage.ts';

const URL = 'https://images.test/a.qcow2';
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('an image that the node has fetched without a checksum', () => {
  let controller: Controller;
  let size = 1;

  before(async () => {
    const storage = { storage: 'local', type: 'dir', path: '/var/lib/vz', content: 'import' };
    const stored = () => ({ volid: `local:import/${storedName(URL, DIGEST)}`, size, ctime: 1 });
    controller = await startController(path => [path.includes('content=import') ? stored() : storage]);
    const known = { url: URL, digest: DIGEST, content: DIGEST, format: 'qcow2', virtualSize: 1 };
    const record = { ...known, verified: [], identity: volumeIdentity(1), fetched: '2026-01-01T00:00:00Z' };
    writeFileSync(join(controller.folder, '.a.qcow2.json'), renderImageRecord(record));
  });
  after(() => controller.close());

  /** Whether it is as it is wanted with a checksum that is given later. */
  async function isGood(checksum: string): Promise<boolean> {
    const wish: ImageWish = {
      url: URL,
      trust: { checksum: parseChecksum(checksum), list: undefined, signature: undefined, policy: 'checksum' },
      place: '/var/lib/vz/template/iso',
      network: NETWORK,
      ...{ retries: 0, retryDelay: 0 },
      ...{ isDoubted: false, isRefreshed: false, isForced: false, isHeld: false },
    };
    const { cached } = await findImage(controller.api)(wish);
    return judge(wish, cached).good;
  }

  it('is proved by one of the kind that it was noted with, and not fetched again', async () => {
    expect(await isGood(DIGEST)).to.equal(true);
    expect(await isGood(`sha256:${'b'.repeat(64)}`)).to.equal(false);
  });

  it('is not by one of another kind: nothing hashes it where it is', async () => {
    expect(await isGood(`sha512:${'a'.repeat(128)}`)).to.equal(false);
  });

  it('is not there while a part of it is, as it is copied into its place or when that broke off', async () => {
    size = 0;
    expect(await isGood(DIGEST)).to.equal(false);
    size = 1;
    expect(await isGood(DIGEST)).to.equal(true);
  });
});
