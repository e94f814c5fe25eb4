import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../pve/images/cache.ts';
import { parseChecksum } from '../../pve/images/checksum.ts';
import { renderImageRecord } from '../../pve/images/file.ts';
import type { ImageWish } from '../../sdk/image.ts';
import { serveApi, type ApiServer } from '../client/api-server.fixture.ts';
import { createClient, type Client } from '../client/client.ts';
import { findImage } from './find.ts';
import { storedName, volumeIdentity } from './storage.ts';

const URL = 'https://images.test/a.qcow2';
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('an image that the node has fetched without a checksum', () => {
  const home = mkdtempSync(join(tmpdir(), 'api-find-'));
  const cache = process.env['XDG_CACHE_HOME'];
  let server: ApiServer;
  let client: Client;

  before(async () => {
    process.env['XDG_CACHE_HOME'] = home;
    const folder = join(home, 'proxmox-role/images');
    mkdirSync(folder, { recursive: true });
    const known = { url: URL, digest: DIGEST, content: DIGEST, format: 'qcow2', virtualSize: 1 };
    const record = { ...known, verified: [], identity: volumeIdentity(1), fetched: '2026-01-01T00:00:00Z' };
    writeFileSync(join(folder, '.a.qcow2.json'), renderImageRecord(record));
    const storage = { storage: 'local', type: 'dir', path: '/var/lib/vz', content: 'import' };
    const stored = { volid: `local:import/${storedName(URL, DIGEST)}`, size: 1, ctime: 1 };
    server = await serveApi(({ url }) => ({
      json: { data: url.includes('content=import') ? [stored] : [storage] },
    }));
    client = createClient(server.connection());
  });
  after(() => {
    client.close();
    server.close();
    rmSync(home, { recursive: true });
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
  });

  /** Whether it is as it is wanted with a checksum that is given later. */
  async function isGood(checksum: string): Promise<boolean> {
    const seen = { digests: new Map(), places: new Map(), warnings: new Set<string>() };
    const api = { client, node: 'pve01', isRoot: false, folder: home, ...seen };
    const wish: ImageWish = {
      url: URL,
      trust: { checksum: parseChecksum(checksum), list: undefined, signature: undefined, policy: 'checksum' },
      place: '/var/lib/vz/template/iso',
      network: {
        ...{ proxy: undefined, validateCerts: true, caPath: undefined, login: undefined },
        ...{ connectTimeout: 1, stallTimeout: 1 },
      },
      ...{ retries: 0, retryDelay: 0 },
      ...{ isDoubted: false, isRefreshed: false, isForced: false, isHeld: false },
    };
    const { cached } = await findImage(api)(wish);
    return judge(wish, cached).good;
  }

  it('is proved by one of the kind that it was noted with, and not fetched again', async () => {
    expect(await isGood(DIGEST)).to.equal(true);
    expect(await isGood(`sha256:${'b'.repeat(64)}`)).to.equal(false);
  });

  it('is not by one of another kind: nothing hashes it where it is', async () => {
    expect(await isGood(`sha512:${'a'.repeat(128)}`)).to.equal(false);
  });
});
