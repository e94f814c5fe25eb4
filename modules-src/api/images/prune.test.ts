import { expect } from 'chai';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderImageRecord } from '../../pve/images/file.ts';
import { startController, type Controller } from './controller.fixture.ts';
import { removeImage } from './prune.ts';
import { storedName } from './storage.ts';

const GUESTS = Array.from({ length: 20 }, (_, index) => ({ vmid: 100 + index, node: 'pve01', type: 'qemu' }));
const IMAGES = ['a', 'b', 'used'].map((name, index) => {
  const url = `https://images.test/${name}.qcow2`;
  const digest = `sha256:${String(index).repeat(64)}`;
  return { url, digest, name: `${name}.qcow2`, volume: `local:import/${storedName(url, digest)}` };
});

function dataOf(path: string): unknown {
  if (path.includes('content=import')) return IMAGES.map(({ volume }) => ({ volid: volume, size: 1 }));
  if (path.includes('/cluster/resources')) return GUESTS;
  const isUser = path.includes('/119/') && path.endsWith('/pending');
  return isUser ? [{ key: 'ide2', value: `${IMAGES[2]!.volume},media=cdrom` }] : [];
}

describe('old images that the API removes', () => {
  let controller: Controller;

  before(async () => {
    controller = await startController(dataOf);
    const { folder } = controller;
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
  });
  after(() => controller.close());

  it('are looked for in each guest once, however many go, and stay when one has them', async () => {
    const { api, seen, folder } = controller;
    for (const { volume } of IMAGES) await removeImage(api, { kind: 'remove-image', path: volume, days: 30 });

    const asked = (method: string, end: string): string[] =>
      seen.filter(one => one.method === method && one.url.endsWith(end)).map(({ url }) => url);
    expect(asked('GET', '/config')).to.have.lengthOf(GUESTS.length);
    expect(asked('DELETE', '')).to.have.lengthOf(2);
    expect(IMAGES.map(({ name }) => existsSync(join(folder, `.${name}.json`)))).to.deep.equal([
      false,
      false,
      true,
    ]);
    expect(existsSync(join(folder, 'a.qcow2'))).to.equal(true);
  });
});
