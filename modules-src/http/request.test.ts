import { expect } from 'chai';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ownFolder } from '../system/own-folder.fixture.ts';
import { NETWORK } from './network.fixture.ts';
import { httpGetBytes } from './get.ts';
import { createTransport, type Transport } from './request.ts';
import { listen } from './scripted-server.fixture.ts';
import { systemTrust } from './tls.ts';
import type { Login, NetworkSettings } from '../sdk/image.ts';

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
  const at = ownFolder(before, after);
  let paths: { key: string; cert: string };
  const servers: Server[] = [];
  const asked: string[] = [];
  const transportOf = (more: Partial<NetworkSettings> = {}): Promise<Transport> =>
    createTransport({ ...NETWORK, ...more });

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
    paths = makeCertificate(at());
  });
  afterEach(() => {
    servers.splice(0).forEach(server => server.close());
    asked.length = 0;
  });

  it('trusts the authorities of the system store, and only them', async () => {
    const port = await startTls();
    const trusting = {
      ...(await transportOf()),
      trust: systemTrust(undefined, 'cloud_image_ca_path', paths.cert),
    };

    expect(await getText(`https://localhost:${port}/`, trusting)).to.contain('localhost');
    expect(await getText(`https://127.0.0.1:${port}/`, trusting)).to.contain('127.0.0.1');
    expect(await failure(`https://localhost:${port}/`, await transportOf())).to.match(
      /certificate of localhost:\d+ is not trusted \(self-signed certificate\); .* run update-ca-certificates/,
    );
  });

  it('does not follow a redirect from https to http', async () => {
    const to = await start(createServer((_, response) => response.end('plain')));
    const port = await start(
      createTlsServer({ key: readFileSync(paths.key), cert: readFileSync(paths.cert) }, (_, response) =>
        response.writeHead(302, { Location: `http://me:hidden@localhost:${to}/x` }).end(),
      ),
    );

    expect(await failure(`https://localhost:${port}/`, await transportOf({ validateCerts: false }))).to.match(
      /localhost:\d+ redirects to http:\/\/localhost:\d+\/x, where anyone on the way can read and change what comes; give a URL/,
    );
  });

  it('takes any certificate when told to', async () => {
    const port = await startTls();
    const lax = await transportOf({ validateCerts: false });

    expect(await getText(`https://localhost:${port}/`, lax)).to.contain('localhost');
  });

  it('logs in with what the URL says', async () => {
    const port = await startTls();
    const trusting = {
      ...(await transportOf()),
      trust: systemTrust(undefined, 'cloud_image_ca_path', paths.cert),
    };

    const answer = await getText(`https://user:p%40ss@localhost:${port}/`, trusting);

    expect(answer).to.contain(Buffer.from('user:p@ss').toString('base64'));
  });

  it('tunnels https through a proxy, which learns neither the path nor the login', async () => {
    const [port, proxy] = [await startTls(), await startProxy()];
    const transport = await transportOf({ proxy: `http://me:secret@127.0.0.1:${proxy}` });

    const answer = await getText(`https://user:pw@localhost:${port}/path`, {
      ...transport,
      trust: systemTrust(undefined, 'cloud_image_ca_path', paths.cert),
    });

    expect(answer).to.contain(Buffer.from('user:pw').toString('base64'));
    const login = Buffer.from('me:secret').toString('base64');
    expect(asked).to.deep.equal([`CONNECT localhost:${port} Basic ${login}`]);
  });

  it('asks a proxy for the whole URL of plain http', async () => {
    const port = await start(createServer((request, response) => response.end(tell(request))));
    const proxy = await startProxy();
    const transport = await transportOf({ proxy: `127.0.0.1:${proxy}` });

    const answer = await getText(`http://user:pw@127.0.0.1:${port}/path?q=1`, transport);

    expect(answer).to.equal(`127.0.0.1:${port} Basic ${Buffer.from('user:pw').toString('base64')}`);
    expect(asked).to.deep.equal([`GET http://127.0.0.1:${port}/path?q=1 nobody`]);
  });

  it('says what the proxy said', async () => {
    const proxy = createServer();
    proxy.on('connect', (_, socket: NodeJS.WritableStream) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    const transport = await transportOf({ proxy: `http://127.0.0.1:${await start(proxy)}` });

    expect(await failure('https://localhost:1/', transport)).to.match(
      /the proxy 127\.0\.0\.1:\d+ answered 407 .*; the proxy needs a login/,
    );
  });

  it('says so when a name is not known', async () => {
    expect(await failure('http://no-such-host.invalid/', await transportOf())).to.match(
      /no-such-host\.invalid: (its name is not known; check the URL and the DNS of . \(ENOTFOUND\)|the DNS of . does not answer)/,
    );
  });

  it('says so when TLS is spoken to a plain server', async () => {
    const port = await start(createServer());

    expect(await failure(`https://127.0.0.1:${port}/`, await transportOf())).to.match(/TLS|SSL/);
  });

  describe('with headers and a login', () => {
    const login = (url: string, more: Partial<Login> = {}): Login => ({
      url,
      headers: { 'X-Api-Key': 'k' },
      username: 'me',
      password: 'pw',
      ...more,
    });
    const startPlain = (answer: (request: IncomingMessage) => string): Promise<number> =>
      start(createServer((request, response) => response.end(answer(request))));
    const seen = (request: IncomingMessage): string =>
      `${String(request.headers['x-api-key'])} ${request.headers.authorization ?? 'nobody'}`;
    const BASIC = `Basic ${Buffer.from('me:pw').toString('base64')}`;

    it('shows them to the server of the image, also for other files of it, and to no other', async () => {
      const [origin, stranger] = [await startPlain(seen), await startPlain(seen)];
      const transport = await transportOf({ login: login(`http://127.0.0.1:${origin}/x.img`) });

      expect(await getText(`http://127.0.0.1:${origin}/SUMS`, transport)).to.equal(`k ${BASIC}`);
      expect(await getText(`http://127.0.0.1:${stranger}/x`, transport)).to.equal('undefined nobody');
    });

    it('does not take them along when it is sent elsewhere', async () => {
      const stranger = await startPlain(seen);
      const origin = await start(
        createServer((_, response) =>
          response.writeHead(302, { Location: `http://127.0.0.1:${stranger}/x` }).end(),
        ),
      );
      const url = `http://127.0.0.1:${origin}/x.img`;

      expect(await getText(url, await transportOf({ login: login(url) }))).to.equal('undefined nobody');
    });

    it('takes the login of the URL, and prefers a header that the user wrote', async () => {
      const port = await startPlain(seen);
      const url = `http://127.0.0.1:${port}/x.img`;
      const inUrl = login(`http://me:pw@127.0.0.1:${port}/x.img`, {
        username: undefined,
        password: undefined,
      });
      const bearer = login(url, { headers: { Authorization: 'Bearer t' } });

      expect(await getText(url, await transportOf({ login: inUrl }))).to.equal(`k ${BASIC}`);
      expect(await getText(url, await transportOf({ login: bearer }))).to.equal('undefined Bearer t');
    });
  });

  it('trusts a further authority, and refuses a file that holds none', async () => {
    const port = await startTls();
    const reason = (caPath: string): Promise<string> => transportOf({ caPath }).then(String, String);

    expect(await getText(`https://localhost:${port}/`, await transportOf({ caPath: paths.cert }))).to.contain(
      'localhost',
    );
    expect(await reason(at('none.pem'))).to.contain('has no such file');
    expect(await reason(paths.key)).to.contain('it holds no certificate in PEM form');
  });

  it('does not wait for ever for a connection that leads nowhere', async () => {
    // A queue that is full and never emptied: the kernel drops what else would connect, as a firewall does.
    const program =
      'import socket,sys; s=socket.socket(); s.bind(("127.0.0.1",0)); s.listen(0); print(s.getsockname()[1],flush=True); sys.stdin.read()';
    const hole = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const port = Number(String((await once(hole.stdout, 'data'))[0]));
    const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await Promise.race(fillers.map(filler => once(filler, 'connect')));

    const message = await failure(`http://127.0.0.1:${port}/`, await transportOf({ connectTimeout: 0.2 }));

    expect(message).to.contain('no answer within 0.2 s');
    fillers.forEach(filler => filler.destroy());
    hole.kill();
  });
});
