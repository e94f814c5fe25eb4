import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { NETWORK } from '../../http/network.fixture.ts';
import { parseChecksum } from '../../pve/images/checksum.ts';
import type { FetchImageAction } from '../../sdk/step.ts';
import { startController, type Controller, type Refused } from './controller.fixture.ts';
import { fetchImage } from './fetch.ts';

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
const MAY_SEND = { '/storage/local': { 'Datastore.AllocateTemplate': 1 } };

describe('an image that is brought to a storage', () => {
  let controller: Controller | undefined;
  afterEach(() => controller?.close());

  /** Why it cannot be brought, where the API answers so to who wants the node to download it. */
  async function failure(permissions: object, refused: Partial<Refused>): Promise<string> {
    controller = await startController(path => {
      if (path.includes('/access/permissions')) return permissions;
      throw Object.assign(new Error(refused.message), refused);
    });
    const fetching = fetchImage(controller.api, ACTION) ?? Promise.resolve();
    return fetching.then(() => 'nothing', String);
  }

  it('is not fetched first where nobody may send it', async () => {
    expect(await failure({}, {})).to.contain('Datastore.AllocateTemplate on /storage/local is missing');
    expect(controller?.seen).to.have.lengthOf(1);
    expect(readdirSync(controller!.folder)).to.deep.equal([]);
  });

  it('is fetched by the controller where the node does not do it, and by nobody who is not heard', async () => {
    const forbidden = 'Permission check failed (/nodes/pve01, Sys.AccessNetwork)';
    expect(await failure(MAY_SEND, { status: 403, message: forbidden })).to.contain('images.invalid');
    controller?.close();

    expect(await failure(MAY_SEND, { status: 401, message: 'Authentication failed!' })).to.match(
      /POST .*download-url: Authentication failed!/,
    );
  });
});
