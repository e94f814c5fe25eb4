import { expect } from 'chai';
import { serveApi, type ApiServer, type Reply, type Seen } from './api-server.fixture.ts';
import { authorizer } from './authorize.ts';
import { createClient, type Client } from './client.ts';
import type { Connection } from './connection.ts';
import { ApiFailure } from './failure.ts';
import type { RestCall } from './rest-call.ts';
import { optionName } from '../../sdk/option-name.ts';
import { waitForTask } from './task.ts';

describe('a client of the API', () => {
  const open: { close: () => void }[] = [];

  async function scene(
    reply: (request: Seen) => Reply,
    change: (server: ApiServer) => Partial<Connection> = () => ({}),
  ): Promise<{ server: ApiServer; client: Client }> {
    const server = await serveApi(reply);
    const client = createClient(server.connection(change(server)));
    open.push(client, server);
    return { server, client };
  }

  afterEach(() => open.splice(0).forEach(one => one.close()));

  const failure = (asked: Promise<unknown>): Promise<Error & { transient?: boolean }> =>
    asked.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as Error & { transient?: boolean },
    );

  it('sends its token with every call, over one connection', async () => {
    const { server, client } = await scene(() => ({ json: { data: { version: '9.2' } } }));

    expect(await client.get('/version')).to.deep.equal({ version: '9.2' });
    await client.call({
      method: 'PUT',
      path: '/nodes/n/qemu/1/config',
      fields: { memory: '512', name: 'a b' },
    });

    expect(server.seen.map(({ method, url, body }) => [method, url, body])).to.deep.equal([
      ['GET', '/api2/json/version', ''],
      ['PUT', '/api2/json/nodes/n/qemu/1/config', 'memory=512&name=a+b'],
    ]);
    expect(server.seen.map(({ headers }) => headers['authorization'])).to.deep.equal(
      Array(2).fill('PVEAPIToken=ansible@pve!role=0000-secret'),
    );
    expect(server.connections()).to.equal(1);
  });

  it('puts the fields of a DELETE into the query', async () => {
    const { server, client } = await scene(() => ({ json: { data: null } }));

    await client.call({ method: 'DELETE', path: '/nodes/n/qemu/1', fields: { purge: '1' } });

    expect(server.seen[0]).to.include({ url: '/api2/json/nodes/n/qemu/1?purge=1', body: '' });
  });

  it('shows nothing of itself to a server with another certificate', async () => {
    const { server, client } = await scene(
      () => ({ json: { data: 1 } }),
      () => ({ trust: { fingerprint: '00:11', caPath: undefined, validateCerts: true } }),
    );

    const { message } = await failure(client.get('/version'));

    expect(message).to.include('another fingerprint').and.include(server.fingerprint);
    expect(server.seen).to.be.empty;
  });

  it('knows a fingerprint however it is written', async () => {
    const { client } = await scene(
      () => ({ json: { data: 1 } }),
      ({ fingerprint }) => ({
        trust: {
          fingerprint: `sha256:${fingerprint.replaceAll(':', '').toLowerCase()}`,
          caPath: undefined,
          validateCerts: true,
        },
      }),
    );

    expect(await client.get('/version')).to.equal(1);
  });

  it('believes an authority of the user, and no other', async () => {
    const trusted = await scene(
      () => ({ json: { data: 1 } }),
      ({ certificateFile }) => ({
        trust: { fingerprint: undefined, caPath: certificateFile, validateCerts: true },
      }),
    );
    expect(await trusted.client.get('/version')).to.equal(1);

    const unknown = await scene(
      () => ({ json: { data: 1 } }),
      () => ({ trust: { fingerprint: undefined, caPath: undefined, validateCerts: true } }),
    );
    expect((await failure(unknown.client.get('/version'))).message).to.include('is not trusted');
    expect(unknown.server.seen).to.be.empty;
  });

  it('believes an authority of the system, too, where the user names another', async () => {
    const { CURL_CA_BUNDLE: before } = process.env;
    const other = await serveApi(() => ({}), 'other.example.com');
    const { client } = await scene(
      () => ({ json: { data: 1 } }),
      ({ certificateFile }) => {
        process.env['CURL_CA_BUNDLE'] = certificateFile;
        const caPath = other.certificateFile;
        return { trust: { fingerprint: undefined, caPath, validateCerts: true } };
      },
    );
    const answer = await client.get('/version').finally(() => {
      other.close();
      if (before === undefined) delete process.env['CURL_CA_BUNDLE'];
      else process.env['CURL_CA_BUNDLE'] = before;
    });

    expect(answer).to.equal(1);
  });

  it('gets a ticket for a password, once, and a CSRF token with what writes', async () => {
    const { server, client } = await scene(
      ({ url }) =>
        url.endsWith('/access/ticket')
          ? { json: { data: { ticket: 'PVE:root@pam:6B::x=', CSRFPreventionToken: 'csrf' } } }
          : { json: { data: null } },
      () => ({ login: { user: 'root@pam', password: 'pä ss' } }),
    );

    await Promise.all([client.get('/version'), client.get('/cluster/status')]);
    await client.call({ method: 'POST', path: '/nodes/n/qemu/1/status/start', fields: {} });

    const [login, ...calls] = server.seen;
    expect(login?.body).to.equal('username=root%40pam&password=p%C3%A4+ss');
    expect(calls.map(({ headers }) => headers['cookie'])).to.deep.equal(
      Array(3).fill('PVEAuthCookie=PVE%3Aroot%40pam%3A6B%3A%3Ax%3D'),
    );
    expect(calls.map(({ headers }) => headers['csrfpreventiontoken'])).to.deep.equal([
      undefined,
      undefined,
      'csrf',
    ]);
  });

  it('tells a wrong password in words, and asks once', async () => {
    const { server, client } = await scene(
      () => ({ status: 401, reason: 'authentication failure', json: { data: null } }),
      () => ({ login: { user: 'root@pam', password: 'wrong' } }),
    );

    expect((await failure(client.get('/version'))).message).to.match(/^cannot log in to the API as root@pam/);
    expect(server.seen).to.have.length(1);
  });

  it('says what to look at where a token is not accepted', async () => {
    const { client } = await scene(() => ({ status: 401, reason: 'Authentication failed!' }));

    expect((await failure(client.get('/version'))).message).to.contain(
      `Authentication failed!; check ${optionName('api_token_id')} (user@realm!id) and ${optionName('api_token_secret')}`,
    );
  });

  it('gets another ticket after an hour, by the password, and where it was not answered', async () => {
    let time = 0;
    const answers: (Error | object)[] = [
      new ApiFailure('nobody answers', true, 595),
      ...[1, 2].map(number => ({ ticket: `PVE:${number}`, CSRFPreventionToken: 'csrf' })),
    ];
    const asked: unknown[] = [];
    const ask = ({ fields }: RestCall): Promise<unknown> => {
      asked.push(fields['password']);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const authorize = authorizer({ user: 'root@pam', password: 'given' }, ask, () => time);
    const cookie = async (): Promise<string | undefined> => (await authorize('GET'))['cookie'];

    expect((await failure(cookie())).message).to.equal('nobody answers');
    expect(await cookie()).to.equal('PVEAuthCookie=PVE%3A1');
    time = 3_600_001;
    expect(await Promise.all([cookie(), cookie()])).to.deep.equal(Array(2).fill('PVEAuthCookie=PVE%3A2'));
    expect(asked).to.deep.equal(Array(3).fill('given'));
  });

  it('quotes what PVE says, and knows what passes', async () => {
    const replies: Reply[] = [
      {
        status: 500,
        reason: 'x',
        json: {
          data: null,
          message: "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout\n",
        },
      },
      {
        status: 400,
        reason: 'x',
        json: {
          data: null,
          message: 'Parameter verification failed.\n',
          errors: { storage: "storage 'x' does not support vm images" },
        },
      },
      {
        status: 403,
        reason: 'Permission check failed (/vms/100, VM.Audit)',
        json: { data: null, message: 'Permission check failed (/vms/100, VM.Audit)\n' },
      },
      {
        status: 403,
        reason: 'Permission check failed',
        json: { data: null, message: 'Permission check failed\n' },
      },
      {
        status: 500,
        reason: 'x',
        json: { data: null, message: 'checksum mismatch (file change by other user?)\n' },
      },
      { status: 596, reason: 'Connection timed out' },
      { json: { data: 1 }, isCut: true },
      {
        status: 500,
        reason: 'RPCEnvironment init request failed: Unable to load access control list',
        text: 'RPCEnvironment init request failed: Unable to load access control list',
      },
      { status: 502, reason: 'Bad Gateway', text: '<html>' },
      { status: 302, reason: 'Found' },
      { status: 403, reason: 'Forbidden', text: '<html>' },
    ];
    const { client } = await scene(() => replies.shift() ?? {});

    const failures = [];
    while (replies.length > 0) failures.push(await failure(client.call(GET_X)));

    expect(
      failures.map(({ message, transient }) => [message.replace(/127\.0\.0\.1:\d+/, 'HOST'), transient]),
    ).to.deep.equal([
      ["GET /x: can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout", true],
      ["GET /x: Parameter verification failed.; storage: storage 'x' does not support vm images", false],
      [
        'GET /x: Permission check failed (/vms/100, VM.Audit); who asks lacks VM.Audit on /vms/100: give it with a role ' +
          'and `pveum acl modify /vms/100 …`',
        false,
      ],
      [
        'GET /x: Permission check failed; it does not say which privilege is missing: `tasks_from: permissions` of the role ' +
          'prints all that are needed',
        false,
      ],
      ['GET /x: checksum mismatch (file change by other user?)', true],
      ['GET /x: the API gave up waiting for the daemon, which may still be at work (596)', true],
      ['HOST: the connection was cut (ECONNRESET)', true],
      ['GET /x: RPCEnvironment init request failed: Unable to load access control list', true],
      ['GET /x: what stands before the API cannot get through to it (502)', true],
      [`GET /x: the answer (302) ${OTHERS}`, false],
      [`GET /x: the answer (403) ${OTHERS}`, false],
    ]);
  });

  const GET_X = { method: 'GET', path: '/x', fields: {} } as const;
  const OTHERS =
    `is none of Proxmox VE’s API, or was cut short; is ${optionName('api_host')} a node, and ` +
    `${optionName('api_port')} the API’s?`;

  async function* pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n++) yield await Promise.resolve(Buffer.alloc(1000, 'x'));
  }

  const image = { path: '/nodes/n/storage/local/upload', filename: 'a.qcow2', size: 3000 };

  it('uploads a file behind the fields, in their order', async () => {
    const { server, client } = await scene(() => ({ json: { data: 'UPID' } }));

    const fields = [
      ['content', 'import'],
      ['checksum-algorithm', 'sha256'],
      ['checksum', 'abc'],
    ] as const;
    expect(await client.upload({ ...image, fields, content: pieces(3) })).to.equal('UPID');

    const { headers, body } = server.seen[0]!;
    const boundary = /boundary=(.*)/.exec(String(headers['content-type']))?.[1] ?? '';
    expect(Number(headers['content-length'])).to.equal(body.length);
    expect(body.split(`--${boundary}`).map(part => part.trim().slice(0, 75))).to.deep.equal([
      '',
      'Content-Disposition: form-data; name="content"\r\n\r\nimport',
      'Content-Disposition: form-data; name="checksum-algorithm"\r\n\r\nsha256',
      'Content-Disposition: form-data; name="checksum"\r\n\r\nabc',
      'Content-Disposition: form-data; name="filename"; filename="a.qcow2"\r\nConten',
      '--',
    ]);
  });

  it('fails when the file breaks off', async () => {
    const { client } = await scene(() => ({ json: { data: 'UPID' } }));
    const content = (async function* () {
      yield* pieces(1);
      throw new Error('EIO: i/o error, read');
    })();

    expect((await failure(client.upload({ ...image, fields: [], content }))).message).to.include('EIO');
  });

  const UPID = 'UPID:pve01:000010DE:0005E338:6B081979:qmclone:9000:ansible@pve!role:';

  /** A server of one task that runs for two looks and ends so. */
  const withTask = (exitstatus: string): Promise<{ client: Client }> => {
    const states = ['running', 'running', 'stopped'];
    return scene(({ url }) =>
      url.includes('/log')
        ? {
            json: {
              data: [
                { n: 1, t: 'WARN: odd' },
                { n: 2, t: 'TASK WARNINGS: 1' },
              ],
            },
          }
        : { json: { data: { status: states.shift(), exitstatus } } },
    );
  };

  it('waits for a task, and takes warnings for success', async () => {
    expect(await waitForTask((await withTask('OK')).client, UPID, 'clone 9000')).to.deep.equal({
      warnings: [],
    });
    expect(await waitForTask((await withTask('WARNINGS: 1')).client, UPID, 'clone 9000')).to.deep.equal({
      warnings: ['WARN: odd'],
    });
  });

  it('fails with the reason of the task; a lost worker is looked at anew', async () => {
    const refused = await failure(
      waitForTask((await withTask('VM is locked (clone)')).client, UPID, 'clone 9000'),
    );
    expect([refused.message, refused.transient]).to.deep.equal(['clone 9000: VM is locked (clone)', false]);

    const lost = await failure(waitForTask((await withTask('unexpected status')).client, UPID, 'clone 9000'));
    expect([lost.message, lost.transient]).to.deep.equal(['clone 9000: its worker was lost', true]);
  });

  it('asks for its task until somebody answers, and tells of warnings that nobody can read', async () => {
    const replies: Reply[] = [
      { json: { data: { status: 'running' } } },
      { status: 595, reason: 'Connection refused' },
      { json: { data: 1 }, isCut: true },
      { status: 502, reason: 'Bad Gateway', text: '<html>' },
      { json: { data: { status: 'stopped', exitstatus: 'WARNINGS: 2' } } },
    ];
    const { client } = await scene(
      () => replies.shift() ?? { status: 500, reason: 'x', json: { data: null, message: 'no space' } },
    );

    expect(await waitForTask(client, UPID, 'clone 9000')).to.deep.equal({
      warnings: ['WARNINGS: 2, and its log cannot be read'],
    });
  }).timeout(20_000);

  it('looks anew at what a task has done that nobody knows any more', async () => {
    const message = 'Parameter verification failed.\n';
    const unknown = { data: null, message, errors: { upid: 'no such task' } };
    for (const reply of [{ status: 400, reason: 'x', json: unknown }, { json: { data: null } }]) {
      const { client } = await scene(() => reply);
      const lost = await failure(waitForTask(client, UPID, 'clone 9000'));
      expect([lost.message, lost.transient]).to.deep.equal(['clone 9000: its worker was lost', true]);
    }
  });

  it('is not to be asked again where nothing has ever answered', async () => {
    // No machine has it.
    const { client } = await scene(
      () => ({ json: { data: 1 } }),
      () => ({ host: '255.255.255.255' }),
    );

    expect(await failure(client.get('/version'))).to.include({ transient: false });
  });

  describe('to a node of the cluster', () => {
    const OFFLINE = [
      { node: 'pve01', status: 'online' },
      { node: 'pve02', status: 'offline' },
    ];
    const config = (node: string) =>
      ({ method: 'GET', path: `/nodes/${node}/qemu/200/config`, fields: {} }) as const;
    const nodes =
      (states: readonly object[], answer: Reply) =>
      ({ url }: Seen): Reply =>
        url.endsWith('/nodes') ? { json: { data: states } } : answer;

    for (const [how, answer] of [
      ['cannot be got through to', { status: 595, reason: 'No route to host' }],
      ['keeps silent', { isSilent: true }],
    ] as const) {
      it(`that ${how} ends at once when the cluster says that it is down`, async () => {
        const { client } = await scene(nodes(OFFLINE, answer));

        const error = await failure(client.get('/nodes/pve02/qemu/200/config'));

        expect(error).to.include({ transient: false });
        expect(error.message).to.equal('node pve02 is down; start it');
      });
    }

    it('that is up is asked again', async () => {
      const { client } = await scene(nodes(OFFLINE, { status: 595, reason: 'Connection refused' }));

      const error = await failure(client.call(config('pve01')));

      expect(error).to.include({ transient: true });
      expect(error.message).to.contain('(595)');
    });

    it('is asked again where nobody tells whether it is up', async () => {
      const { client } = await scene(() => ({ status: 595, reason: 'Connection refused' }));

      expect(await failure(client.call(config('pve02')))).to.include({ transient: true });
    });
  });
});
