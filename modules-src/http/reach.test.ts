import { expect } from 'chai';
import { NETWORK } from './network.fixture.ts';
import { HttpFailure } from './failure.ts';
import { httpGetBytes } from './get.ts';
import { addressIn, lookupThrough, notNearerThan } from './reach.ts';
import { createTransport } from './request.ts';
import { answer, serve, type Scene, type ScriptedServer } from './scripted-server.fixture.ts';

describe('a redirect', () => {
  const follow = (named: string, to: string): void =>
    notNearerThan(new URL(named), addressIn(new URL(named)))(new URL(to).host, addressIn(new URL(to)) ?? '');

  for (const [named, to, place] of [
    ['https://1.1.1.1/x', 'http://127.0.0.1/x', 'this machine itself'],
    ['https://1.1.1.1/x', 'http://2130706433/x', 'this machine itself'],
    ['https://1.1.1.1/x', 'http://[::1]/x', 'this machine itself'],
    ['https://1.1.1.1/x', 'http://[::ffff:127.0.0.1]/x', 'this machine itself'],
    ['https://1.1.1.1/x', 'http://0.0.0.0/x', 'this machine itself'],
    ['https://1.1.1.1/x', 'http://169.254.169.254/latest', 'the link of this machine'],
    ['https://1.1.1.1/x', 'http://[fe80::1]/x', 'the link of this machine'],
    ['https://1.1.1.1/x', 'http://[fd00:ec2::254]/x', 'the link of this machine'],
    ['https://1.1.1.1/x', 'http://10.0.0.1/x', 'a private network'],
    ['https://[2606:4700::1]/x', 'http://[fd00::1]/x', 'a private network'],
    ['http://10.0.0.1/x', 'http://169.254.169.254/x', 'the link of this machine'],
    ['http://10.0.0.1/x', 'http://127.0.0.1/x', 'this machine itself'],
  ] as const) {
    it(`from ${named} to ${to} is refused`, () => {
      expect(() => follow(named, to)).to.throw(HttpFailure, `which is on ${place}; if that is right, give`);
    });
  }

  for (const [named, to] of [
    ['http://127.0.0.1:1/x', 'http://127.0.0.1:2/x'],
    ['http://10.0.0.1/x', 'http://192.168.1.1/x'],
    ['http://10.0.0.1/x', 'https://1.1.1.1/x'],
    ['https://1.1.1.1/x', 'https://8.8.8.8/x'],
    ['http://169.254.1.1/x', 'http://169.254.1.2/x'],
  ] as const) {
    it(`from ${named} to ${to} is followed`, () => follow(named, to));
  }

  it('to a name is judged by the address that is connected to', done => {
    const gate = notNearerThan(new URL('http://images.test/x'), '1.1.1.1');

    lookupThrough(gate)('localhost', { all: true }, error => {
      expect(String(error)).to.match(
        /images\.test redirects to localhost \((127\.0\.0\.1|::1)\), which is on this machine itself/,
      );
      done();
    });
  });

  const servers: ScriptedServer[] = [];
  afterEach(() => Promise.all(servers.splice(0).map(server => server.close())));
  const serving = async (scene: Scene): Promise<ScriptedServer> => {
    const server = await serve(scene);
    servers.push(server);
    return server;
  };
  const fetched = async (url: string, proxy?: string): Promise<string> =>
    httpGetBytes(url, await createTransport({ ...NETWORK, proxy })).then(String, String);

  it('from a server on this machine to another one there, by address or by name, is followed', async () => {
    const there = await serving(answer(200, {}, 'there'));
    for (const host of ['127.0.0.1', 'localhost']) {
      const here = await serving(answer(302, { Location: `http://${host}:${there.port}/` }));

      expect(await fetched(here.url)).to.equal('there');
    }
  });

  it('that came through a proxy from a name that only it knows does not lead to this machine', async () => {
    const there = await serving(answer(200, {}, 'there'));
    const proxy = await serving(answer(302, { Location: there.url }));

    expect(await fetched('http://images.test/x', proxy.url)).to.match(
      /images\.test redirects to 127\.0\.0\.1:\d+ \(127\.0\.0\.1\), which is on this machine itself/,
    );
    expect(there.log).to.deep.equal([]);
  });
});
