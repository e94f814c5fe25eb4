import { expect } from 'chai';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { serveApi, type ApiServer } from './api-server.fixture.ts';
import { createClient } from './client.ts';
import { placeName, proxyOf } from './way.ts';

describe('the way to the API', () => {
  const NAMES = ['https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY', 'all_proxy', 'ALL_PROXY'];
  const before = NAMES.map(name => [name, process.env[name]] as const);
  let api: ApiServer;
  let proxy: Server;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    for (const name of NAMES) Reflect.deleteProperty(process.env, name);
    api = await serveApi(() => ({ json: { data: 'here' } }));
    proxy = createServer().on('connect', (incoming, socket) => {
      asked.push(`${incoming.url ?? ''} ${incoming.headers['proxy-authorization'] ?? 'nobody'}`);
      const upstream = connect(api.connection().port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const one of [socket, upstream]) one.on('error', () => one.destroy());
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    api.close();
    proxy.close();
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  });

  const proxyUrl = (login = ''): string =>
    `http://${login}127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  async function ask(host: string): Promise<unknown> {
    const client = createClient(api.connection({ host }));
    return client.get('/version').finally(client.close);
  }

  it('is through the proxy that the environment names, over one connection to which only the API can listen', async () => {
    process.env['HTTPS_PROXY'] = proxyUrl('me:secret@');
    const client = createClient(api.connection({ host: 'pve.example.com' }));

    expect([await client.get('/version'), await client.get('/version')]).to.deep.equal(['here', 'here']);
    client.close();

    const login = Buffer.from('me:secret').toString('base64');
    expect(asked).to.deep.equal([`pve.example.com:${api.connection().port} Basic ${login}`]);
  });

  it('is straight where no_proxy says so', async () => {
    process.env['https_proxy'] = proxyUrl();
    process.env['no_proxy'] = 'example.com, 127.0.0.0/8';

    expect(await ask('127.0.0.1')).to.equal('here');
    expect(asked).to.deep.equal([]);
  });

  it('is told in a message without the login of the proxy', async () => {
    process.env['https_proxy'] = 'http://me:secret@127.0.0.1:9';
    const message = await ask('pve.example.com').then(String, String);

    expect(message)
      .to.match(/pve\.example\.com:\d+ \(through the proxy 127\.0\.0\.1:9\): the connection was refused/)
      .and.not.contain('secret');
  });

  it('ends at the API alone: the certificate is compared with its address, not with what the proxy is called', async () => {
    process.env['https_proxy'] = proxyUrl();
    const other = await serveApi(() => ({ json: { data: 'there' } }), 'localhost');
    const trust = { fingerprint: undefined, caPath: other.certificateFile, validateCerts: true };
    const askAs = async (host: string): Promise<string> => {
      const client = createClient(other.connection({ host, trust }));
      return client.get('/version').then(String, String).finally(client.close);
    };
    api.close();
    api = other;

    expect(await askAs('127.0.0.1')).to.equal('there');
    expect(await askAs('10.98.0.77')).to.contain('is for DNS:localhost, IP Address:127.0.0.1;');
    expect(other.seen).to.have.lengthOf(1);
  });

  it('is as well known for an address of IPv6', () => {
    const place = { host: '2001:db8::1', port: 8006 };
    const environment = { https_proxy: 'http://proxy:3128', no_proxy: '2001:db8::/32' };

    expect(proxyOf(place, environment)).to.equal(undefined);
    expect(proxyOf(place, { https_proxy: 'http://proxy:3128' })?.host).to.equal('proxy:3128');
    expect(placeName(place)).to.equal('2001:db8::1:8006');
  });
});
