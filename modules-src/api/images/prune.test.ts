import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderImageRecord } from '../../pve/images/file.ts';
import { serveApi, type ApiServer } from '../client/api-server.fixture.ts';
import { createClient, type Client } from '../client/client.ts';
import { removeImage } from './prune.ts';
import { storedName } from './storage.ts';

const GUESTS = Array.from({ length: 20 }, (_, index) => ({ vmid: 100 + index, node: 'pve01', type: 'qemu' }));
const IMAGES = ['a', 'b', 'used'].map((name, index) => {
  const url = `https://images.test/${name}.qcow2`;
  const digest = `sha256:${String(index).repeat(64)}`;
  return { url, digest, name: `${name}.qcow2`, volume: `local:import/${storedName(url, digest)}` };
});

describe('old images that the API removes', () => {
  const home = mkdtempSync(join(tmpdir(), 'api-prune-'));
  const cache = process.env['XDG_CACHE_HOME'];
  let server: ApiServer;
  let client: Client;

  before(async () => {
    process.env['XDG_CACHE_HOME'] = home;
    const folder = join(home, 'proxmox-role/images');
    mkdirSync(folder, { recursive: true });
    // Somebody has put a file of his own where the image was.
    writeFileSync(join(folder, 'a.qcow2'), 'mine');
    for (const { url, digest, name } of IMAGES) {
      const identity = { size: 1, inode: '1', mtimeNs: '1', ctimeNs: '1' };
      const known = { url, digest, content: digest, verified: [], identity, format: 'qcow2', virtualSize: 1 };
      writeFileSync(
        join(folder, `.${name}.json`),
        renderImageRecord({ ...known, fetched: '2001-01-01T00:00:00Z' }),
      );
    }
    const data = (url: string): unknown => {
      if (url.includes('content=import')) return IMAGES.map(({ volume }) => ({ volid: volume, size: 1 }));
      if (url.includes('/cluster/resources')) return GUESTS;
      const isUser = url.includes('/119/') && url.endsWith('/pending');
      return isUser ? [{ key: 'ide2', value: `${IMAGES[2]!.volume},media=cdrom` }] : [];
    };
    server = await serveApi(({ url }) => ({ json: { data: data(url) } }));
    client = createClient(server.connection());
  });
  after(() => {
    client.close();
    server.close();
    rmSync(home, { recursive: true });
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
  });

  it('are looked for in each guest once, however many go, and stay when one has them', async () => {
    const seen = {
      digests: new Map<number, string>(),
      places: new Map<number, string>(),
      warnings: new Set<string>(),
    };
    const api = { client, node: 'pve01', isRoot: false, folder: home, ...seen };
    for (const { volume } of IMAGES) await removeImage(api, { kind: 'remove-image', path: volume, days: 30 });

    const asked = (method: string, end: string): string[] =>
      server.seen.filter(one => one.method === method && one.url.endsWith(end)).map(({ url }) => url);
    expect(asked('GET', '/config')).to.have.lengthOf(GUESTS.length);
    expect(asked('DELETE', '')).to.have.lengthOf(2);
    expect(
      IMAGES.map(({ name }) => existsSync(join(home, `proxmox-role/images/.${name}.json`))),
    ).to.deep.equal([false, false, true]);
    expect(existsSync(join(home, 'proxmox-role/images/a.qcow2'))).to.equal(true);
  });
});
