import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NETWORK } from '../../http/network.fixture.ts';
import { parseChecksum } from '../../pve/images/checksum.ts';
import { renderImageRecord } from '../../pve/images/file.ts';
import type { FetchImageAction } from '../../sdk/step.ts';
import { fileIdentity } from '../../system/file-identity.ts';
import { startController, type Controller, type Refused } from './controller.fixture.ts';
import { fetchImage } from './fetch.ts';
import { storedName } from './storage.ts';

const ACTION: FetchImageAction = {
  kind: 'fetch-image',
  // Whoever asks there gets no answer.
  url: 'https://images.invalid/a.qcow2',
  path: 'local:import/a.qcow2',
  replaces: undefined,
  trust: {
    checksum: parseChecksum(`sha256:${'a'.repeat(64)}`),
    list: undefined,
    signature: undefined,
    policy: 'checksum',
  },
  mirrors: [],
  network: NETWORK,
  limits: { maxSize: undefined, reserve: 0 },
  retries: 0,
  retryDelay: 0,
};

describe('an image that is brought to a storage', () => {
  let controller: Controller | undefined;
  afterEach(() => controller?.close());

  /** Why it cannot be brought, where the API answers so to who wants the node to download it. */
  async function failure(refused: Partial<Refused>): Promise<string> {
    controller = await startController(() => {
      throw Object.assign(new Error(refused.message), refused);
    });
    const fetching = fetchImage(controller.api, ACTION) ?? Promise.resolve();
    return fetching.then(() => 'nothing', String);
  }

  it('is fetched by the controller where the node does not do it, and by nobody who is not heard', async () => {
    const forbidden = 'Permission check failed (/nodes/pve01, Sys.AccessNetwork)';
    expect(await failure({ status: 403, message: forbidden })).to.contain('images.invalid');
    controller?.close();

    expect(await failure({ status: 401, message: 'Authentication failed!' })).to.match(
      /POST .*download-url: Authentication failed!/,
    );
  });

  describe('from the cache of the controller', () => {
    const BYTES = Buffer.from('an image');
    const DIGEST = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`;
    const VOLUME = `local:import/${storedName(ACTION.url, DIGEST)}`;

    /** Names that are sent where the storage has that volume with so many bytes. */
    async function sent(size: number): Promise<readonly string[]> {
      controller = await startController(path => {
        return path.includes('content=import') ? [{ volid: VOLUME, size }] : undefined;
      });
      const path = join(controller.folder, 'a.qcow2');
      writeFileSync(path, BYTES);
      const known = { url: ACTION.url, digest: DIGEST, content: DIGEST, verified: [DIGEST] };
      const record = { ...known, identity: (await fileIdentity(path))!, format: 'qcow2', virtualSize: 1 };
      const note = renderImageRecord({ ...record, fetched: '2026-01-01T00:00:00Z' });
      writeFileSync(join(controller.folder, '.a.qcow2.json'), note);
      const trust = { ...ACTION.trust, checksum: parseChecksum(DIGEST) };
      await fetchImage(controller.api, { ...ACTION, trust, via: 'controller' });
      const uploads = controller.seen.filter(({ url }) => url.endsWith('/upload'));
      return uploads.map(({ body }) => /filename="([^"]*)"/.exec(body)?.[1] ?? '');
    }

    it('takes no place that there is: a disk may be being made of what is there', async () => {
      const [name, ...others] = await sent(BYTES.length - 1);

      expect(name).to.match(new RegExp(`^a-${DIGEST.slice(7, 19)}-[0-9a-f]{4}[.]qcow2$`));
      expect(others).to.deep.equal([]);
    });

    it('is not sent where another controller has sent it meanwhile', async () => {
      expect(await sent(BYTES.length)).to.deep.equal([]);
    });
  });
});
