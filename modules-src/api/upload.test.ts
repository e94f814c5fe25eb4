import { expect } from 'chai';
import { Readable } from 'node:stream';
import { serveApi, type ApiServer, type Reply } from './client/api-server.fixture.ts';
import { createClient, type Client } from './client/client.ts';
import { uploadFile } from './upload.ts';

describe('a file that is sent', () => {
  let server: ApiServer;
  let client: Client;
  afterEach(() => {
    client.close();
    server.close();
  });

  async function failure(reply: Reply): Promise<string> {
    server = await serveApi(() => reply);
    client = createClient(server.connection());
    const api = { ...{ client, node: 'pve01', isRoot: false, folder: '' }, ...MAPS };
    const bytes = Readable.from([Buffer.from('abc')]);
    const file = { content: 'iso', filename: 'a.iso', digest: 'sha256:0', size: 3, bytes } as const;
    return uploadFile(api, 'local', file).then(() => 'sent', String);
  }
  const MAPS = {
    ...{
      digests: new Map<number, string>(),
      places: new Map<number, string>(),
      configs: new Map<number, never>(),
    },
    ...{ own: new Set<number>(), warnings: new Set<string>() },
  };

  it('needs room where nobody looks for it, which is told when it is not taken', async () => {
    expect(await failure({ json: { data: 1 }, isCut: true })).to.contain(
      'in its /var/tmp first, which needs 1 MiB',
    );
  });

  it('is told of by what the node says', async () => {
    const message = "storage 'local' does not support 'iso' content\n";
    expect(await failure({ status: 500, json: { data: null, message } }))
      .to.contain("storage 'local' does not support 'iso' content")
      .and.not.contain('/var/tmp');
  });
});
