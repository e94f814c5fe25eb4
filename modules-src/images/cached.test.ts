import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NETWORK } from '../http/network.fixture.ts';
import type { ImageTrust } from '../sdk/image.ts';
import { readCachedImage } from './cached.ts';
import { sourceOf } from './find-image.ts';

const LIST = { algorithm: 'sha256', url: 'https://images.example/SHA256SUMS' } as const;
const trust: ImageTrust = { checksum: undefined, list: LIST, signature: undefined, policy: 'warn' };
const wish = { url: 'https://images.example/a.img', trust, isGlance: true } as const;
const nobody = () => sourceOf({ ...wish, network: NETWORK, retries: 0, retryDelay: 0 });

describe('an image at a glance', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-'));
  after(() => rmSync(folder, { recursive: true }));

  it('that is not there costs nothing', async () => {
    const { file } = await readCachedImage(join(folder, 'missing.img'), wish, nobody);

    expect(file).to.equal(undefined);
  });

  it('that no record knows is not hashed', async () => {
    writeFileSync(join(folder, 'a.img'), 'bytes');
    const said = await readCachedImage(join(folder, 'a.img'), wish, nobody).catch(String);

    expect(said).to.contain('cannot tell at a glance').and.to.contain('its digest');
  });

  it('is asked of no server', async () => {
    expect(await nobody().catch(String)).to.contain('asking a server');
  });
});
