import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ownFolder } from '../../system/own-folder.fixture.ts';
import { NETWORK } from '../../http/network.fixture.ts';
import { download, type Downloaded } from './transfer.ts';
import { randomDisk } from '../random-disk.fixture.ts';
import { createTransport, type Transport } from '../../http/request.ts';
import {
  answer,
  cutAfter,
  file,
  serve,
  type Scene,
  type ScriptedServer,
} from '../../http/scripted-server.fixture.ts';

const limits = { maxSize: undefined, reserve: 0 };
const BODY = randomDisk(3 * 1024 ** 2);
const DIGEST = `sha256:${createHash('sha256').update(BODY).digest('hex')}`;

describe('download', () => {
  const at = ownFolder();
  let server: ScriptedServer;
  const part = (): string => at('x.img.part');
  const transport = async (settings: Partial<Transport> = {}): Promise<Transport> => ({
    ...(await createTransport(NETWORK)),
    ...settings,
  });

  async function fetch(scenes: readonly Scene[], settings: Partial<Transport> = {}): Promise<Downloaded> {
    server = await serve(...scenes);
    return again(settings);
  }

  const again = async (
    settings: Partial<Transport> = {},
    willBeVerified = true,
    retryDelay = 0.01,
  ): Promise<Downloaded> => {
    const wanted = { url: `${server.url}/x.img`, part: part(), algorithm: 'sha256', willBeVerified, limits };
    return download({ ...wanted, retries: 3, retryDelay }, await transport(settings));
  };

  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'it succeeded',
      (error: unknown) => String(error),
    );

  afterEach(() => server.close());

  it('brings the file and its digest', async () => {
    const { digest, transfer } = await fetch([file(BODY)]);

    expect(digest).to.equal(DIGEST);
    expect(transfer).to.include({ bytes: BODY.length, resumedFrom: 0 });
    expect(transfer.seconds).to.be.at.least(0);
    expect(readFileSync(part()).equals(BODY)).to.equal(true);
  });

  it('goes on where a connection was cut', async () => {
    const { digest } = await fetch([cutAfter(2_000_000, BODY), file(BODY)]);

    expect(digest).to.equal(DIGEST);
    expect(server.log).to.deep.equal(['GET /x.img', 'GET /x.img bytes=2000000-']);
  });

  it('goes on in the next run where the last one ended', async () => {
    const message = await failure(fetch([cutAfter(1_000_000, BODY), answer(403)]));
    expect(message).to.contain('answered 403 Forbidden');
    await server.close();
    const { port } = server;
    server = await serve(file(BODY));
    relocate(port, server.port);

    const { digest, transfer } = await again();

    expect(digest).to.equal(DIGEST);
    expect(transfer).to.include({ bytes: BODY.length - 1_000_000, resumedFrom: 1_000_000 });
  });

  /** The part belongs to a URL, and the next server has another port. */
  function relocate(from: number, to: number): void {
    const path = at('.x.img.part.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(String(from), String(to)));
  }

  it('begins anew when the file changed meanwhile, even if its size did not', async () => {
    const other = randomDisk(BODY.length);

    const { digest } = await fetch([cutAfter(2_000_000, other, '"v0"'), file(BODY, '"v1"')]);

    expect(digest).to.equal(DIGEST);
    expect(readFileSync(part()).equals(BODY)).to.equal(true);
  });

  it('begins anew when a server goes on with another version against the rules', async () => {
    const ignoresIfRange: Scene = (request, response) => {
      delete request.headers['if-range'];
      file(BODY, '"v1"')(request, response);
    };

    const { digest } = await fetch([cutAfter(2_000_000, randomDisk(BODY.length), '"v0"'), ignoresIfRange]);

    expect(digest).to.equal(DIGEST);
  });

  it('begins anew when nothing tells the version of the part, unless a checksum will', async () => {
    server = await serve(cutAfter(2_000_000, BODY, 'W/"weak"'), file(BODY, 'W/"weak"'));
    expect((await again({}, false)).digest).to.equal(DIGEST);
    expect(server.log).to.deep.equal(['GET /x.img', 'GET /x.img']);
    await server.close();
    rmSync(part());

    expect((await fetch([cutAfter(2_000_000, BODY, 'W/"weak"'), file(BODY, 'W/"weak"')])).digest).to.equal(
      DIGEST,
    );
    expect(server.log).to.deep.equal(['GET /x.img', 'GET /x.img bytes=2000000-']);
  });

  it('confirms a part that is complete by asking for its last byte', async () => {
    await fetch([file(BODY)]);

    const { digest } = await again();

    expect(digest).to.equal(DIGEST);
    expect(server.log.at(-1)).to.equal(`GET /x.img bytes=${BODY.length - 1}-`);
  });

  it('tries again after 500 twice', async () => {
    const { digest } = await fetch([answer(500), answer(503), file(BODY)]);

    expect(digest).to.equal(DIGEST);
    expect(server.log).to.have.lengthOf(3);
  });

  it('waits as long as a 429 asks, not as long as it would by itself', async () => {
    server = await serve(answer(429, { 'Retry-After': '0' }), file(BODY));

    expect((await again({}, true, 3600)).digest).to.equal(DIGEST);
  });

  it('does not wait for hours', async () => {
    expect(await failure(fetch([answer(503, { 'Retry-After': '7200' })]))).to.contain('asks to wait 7200 s');
  });

  it('gives up after the tries that it has, and keeps what came', async () => {
    const scenes = [cutAfter(100_000, BODY), answer(502)];

    expect(await failure(fetch(scenes))).to.match(/answered 502 Bad Gateway, 4 times in a row$/);
    expect(server.log).to.have.lengthOf(4);
    expect(statSync(part()).size).to.equal(100_000);
  });

  it('does not count tries that brought it forward', async () => {
    const cuts = Array.from({ length: 5 }, () => cutAfter(1024 ** 2, FIVE));

    const { digest } = await fetch([...cuts, file(FIVE)]);

    expect(digest).to.equal(`sha256:${createHash('sha256').update(FIVE).digest('hex')}`);
  });

  it('does not try again what will not change', async () => {
    expect(await failure(fetch([answer(404)]))).to.contain('there is no such file; check the URL');
    expect(server.log).to.have.lengthOf(1);
  });

  it('refuses a web page that says 200', async () => {
    const page = answer(200, { 'Content-Type': 'text/html' }, '\n<!doctype html><html>Log in</html>');

    expect(await failure(fetch([page]))).to.contain('sent a web page instead of a file');
    expect(existsSync(part()) && statSync(part()).size > 0).to.equal(false);
  });

  it('refuses an empty file', async () => {
    expect(await failure(fetch([answer(200)]))).to.contain('sent an empty file');
  });

  it('follows redirects, and stops when they do not end', async () => {
    const { digest } = await fetch([
      answer(302, { Location: '/other' }),
      answer(301, { Location: 'x.img' }),
      file(BODY),
    ]);
    expect(digest).to.equal(DIGEST);
    expect(server.log).to.deep.equal(['GET /x.img', 'GET /other', 'GET /x.img']);

    await server.close();
    expect(await failure(fetch([answer(302, { Location: '/x.img' })]))).to.contain(
      'redirects more than 10 times',
    );
  });

  it('does not follow a redirect out of HTTP', async () => {
    expect(await failure(fetch([answer(302, { Location: 'file:///etc/passwd' })]))).to.contain(
      'which is no http or https URL',
    );
  });

  it('does not wait for ever for an answer, nor for the rest', async () => {
    const silent: Scene = () => undefined;
    const stalls: Scene = (_, response) => {
      response.writeHead(200, { 'Content-Length': 100, ETag: '"v1"' });
      response.write('some');
    };

    expect(await failure(fetch([silent], { connectTimeout: 0.05 }))).to.contain('no answer within 0.05 s');
    await server.close();
    expect(await failure(fetch([stalls], { stallTimeout: 0.05 }))).to.contain('sent nothing for 0.05 s');
  });

  it('refuses what does not fit on the disk before it comes', async () => {
    const huge: Scene = (_, response) => {
      response.writeHead(200, { 'Content-Length': 2 ** 52 });
      response.write('some');
    };

    expect(await failure(fetch([huge]))).to.match(/not enough space in .*: 4096\.0 TiB are needed/);
    expect(readdirSync(at())).to.deep.equal([]);
  });

  it('says who refused the connection', async () => {
    await fetch([file(BODY)]);
    await server.close();

    expect(await failure(again())).to.match(
      /127\.0\.0\.1:\d+: the connection was refused \(ECONNREFUSED\), 4 times/,
    );
  });
});

const FIVE = randomDisk(5 * 1024 ** 2 + 17);
