import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpGetBytes } from './http-get.ts';
import { createTransport, type Transport } from './http-request.ts';
import { listen } from './scripted-server.fixture.ts';
import { systemTrust } from './tls.ts';

/** A certificate for localhost, signed by nobody but itself, as a company's authority would be to Node.js. */
function makeCertificate(directory: string): { key: string; cert: string } {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync(
    'openssl',
    [...request, '-subj', '/CN=localhost', '-addext', names, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  );
  return { key, cert };
}

describe('reaching a server', () => {
  let directory = '';
  let paths: { key: string; cert: string };
  const servers: Server[] = [];
  const asked: string[] = [];
  const settings = { proxy: undefined, validateCerts: true };

  const start = async (server: Server): Promise<number> => {
    servers.push(server);
    return listen(server);
  };
  const tell = (request: IncomingMessage): string =>
    `${request.headers.host ?? ''} ${request.headers.authorization ?? 'nobody'}`;
  const startTls = (): Promise<number> =>
    start(
      createTlsServer({ key: readFileSync(paths.key), cert: readFileSync(paths.cert) }, (request, response) =>
        response.end(tell(request)),
      ),
    );

  /** A proxy that notes what it is asked for: a tunnel or a whole URL. */
  const startProxy = (): Promise<number> => {
    const note = (request: IncomingMessage): void => {
      asked.push(
        `${request.method ?? ''} ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? 'nobody'}`,
      );
    };
    const proxy = createServer((incoming, outgoing) => {
      note(incoming);
      const headers = { ...incoming.headers };
      delete headers['proxy-authorization'];
      request(incoming.url ?? '', { headers }, answer => answer.pipe(outgoing)).end();
    });
    proxy.on(
      'connect',
      (incoming: IncomingMessage, socket: NodeJS.WritableStream & NodeJS.ReadableStream) => {
        note(incoming);
        const upstream = connect(Number(incoming.url?.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.pipe(socket).pipe(upstream);
        });
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => undefined);
      },
    );
    return start(proxy);
  };

  const getText = async (url: string, transport: Transport): Promise<string> =>
    (await httpGetBytes(url, transport)).toString('utf8');

  const failure = (url: string, transport: Transport): Promise<string> =>
    getText(url, transport).then(
      () => 'it succeeded',
      (error: unknown) => String(error),
    );

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'tls-'));
    paths = makeCertificate(directory);
  });
  afterEach(() => {
    servers.splice(0).forEach(server => server.close());
    asked.length = 0;
  });
  after(() => rmSync(directory, { recursive: true }));

  it('trusts the authorities of the system store, and only them', async () => {
    const port = await startTls();
    const trusting = { ...createTransport(settings), trust: systemTrust(paths.cert) };

    expect(await getText(`https://localhost:${port}/`, trusting)).to.contain('localhost');
    expect(await getText(`https://127.0.0.1:${port}/`, trusting)).to.contain('127.0.0.1');
    expect(await failure(`https://localhost:${port}/`, createTransport(settings))).to.match(
      /certificate of localhost:\d+ is not trusted \(self-signed certificate\); .* run update-ca-certificates/,
    );
  });

  it('takes any certificate when told to', async () => {
    const port = await startTls();
    const lax = createTransport({ ...settings, validateCerts: false });

    expect(await getText(`https://localhost:${port}/`, lax)).to.contain('localhost');
  });

  it('logs in with what the URL says', async () => {
    const port = await startTls();
    const trusting = { ...createTransport(settings), trust: systemTrust(paths.cert) };

    const answer = await getText(`https://user:p%40ss@localhost:${port}/`, trusting);

    expect(answer).to.contain(Buffer.from('user:p@ss').toString('base64'));
  });

  it('tunnels https through a proxy, which learns neither the path nor the login', async () => {
    const [port, proxy] = [await startTls(), await startProxy()];
    const transport = { ...createTransport(settings), proxy: `http://me:secret@127.0.0.1:${proxy}` };

    const answer = await getText(`https://user:pw@localhost:${port}/path`, {
      ...transport,
      trust: systemTrust(paths.cert),
    });

    expect(answer).to.contain(Buffer.from('user:pw').toString('base64'));
    const login = Buffer.from('me:secret').toString('base64');
    expect(asked).to.deep.equal([`CONNECT localhost:${port} Basic ${login}`]);
  });

  it('asks a proxy for the whole URL of plain http', async () => {
    const port = await start(createServer((request, response) => response.end(tell(request))));
    const proxy = await startProxy();
    const transport = createTransport({ ...settings, proxy: `127.0.0.1:${proxy}` });

    const answer = await getText(`http://user:pw@127.0.0.1:${port}/path?q=1`, transport);

    expect(answer).to.equal(`127.0.0.1:${port} Basic ${Buffer.from('user:pw').toString('base64')}`);
    expect(asked).to.deep.equal([`GET http://127.0.0.1:${port}/path?q=1 nobody`]);
  });

  it('says what the proxy said', async () => {
    const proxy = createServer();
    proxy.on('connect', (_, socket: NodeJS.WritableStream) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    const transport = createTransport({ ...settings, proxy: `http://127.0.0.1:${await start(proxy)}` });

    expect(await failure('https://localhost:1/', transport)).to.match(
      /the proxy 127\.0\.0\.1:\d+ answered 407 .*; the proxy needs a login/,
    );
  });

  it('says so when a name is not known', async () => {
    expect(await failure('http://no-such-host.invalid/', createTransport(settings))).to.match(
      /no-such-host\.invalid: (its name is not known; check the URL and the DNS of the node \(ENOTFOUND\)|the DNS of the node does not answer)/,
    );
  });

  it('says so when TLS is spoken to a plain server', async () => {
    const port = await start(createServer());

    expect(await failure(`https://127.0.0.1:${port}/`, createTransport(settings))).to.match(/TLS|SSL/);
  });
});
