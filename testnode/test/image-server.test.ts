import { expect } from 'chai';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodes } from '../host/cluster.ts';
import type { Cluster } from '../host/cluster-handle.ts';
import { startImageServer } from '../image-server/start.ts';
import type { ImageServer } from '../image-server/start.ts';

const NAME = 'ubuntu-24.04-server-cloudimg-amd64.img';
const DIRECTORY = 'https://cloud-images.ubuntu.com/releases/24.04/release';
const URL = `${DIRECTORY}/${NAME}`;
const OTHER = 'https://cloud.debian.org/x.qcow2';
const SIZE = 300_000;
const IMAGE = randomBytes(SIZE);
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');

describe('the image server', function () {
  this.timeout(120_000);
  const files = mkdtempSync(join(tmpdir(), 'images-'));
  let cluster: Cluster;
  let server: ImageServer;

  before(async () => {
    writeFileSync(join(files, 'image'), IMAGE);
    cluster = await startNodes({ programs: 'none' });
    server = await startImageServer(cluster, { files: { [URL]: join(files, 'image') } });
  });

  after(async () => {
    await cluster.down();
    rmSync(files, { recursive: true });
  });

  beforeEach(() => server.setFaults({}));

  /** curl on the node: exit code, status and number of bytes, and the SHA-256 of the body. */
  async function curl(url: string, ...options: string[]) {
    const write = [
      '--silent',
      '--output',
      '/tmp/out',
      '--write-out',
      '%{http_code} %{size_download} %{redirect_url}',
    ];
    await cluster.exec('pve01', ['rm', '-f', '/tmp/out']);
    const { rc, stdout } = await cluster.exec('pve01', ['curl', ...write, ...options, url]);
    const [status, bytes, redirect] = stdout.split(' ');
    return { rc, status: Number(status), bytes: Number(bytes), redirect };
  }

  async function digest(): Promise<string> {
    return (await cluster.exec('pve01', ['sha256sum', '/tmp/out'])).stdout.slice(0, 64);
  }

  it('answers over TLS that the node trusts, with the bytes of the file', async () => {
    expect(await curl(URL)).to.deep.include({ rc: 0, status: 200, bytes: SIZE });
    expect(await digest()).to.equal(SHA256);
  });

  it('answers over plain HTTP where a URL says so', async () => {
    await server.addFiles({ 'http://cloud.debian.org/x.qcow2': join(files, 'image') });

    expect(await curl('http://cloud.debian.org/x.qcow2')).to.deep.include({ rc: 0, bytes: SIZE });
  });

  it('lists checksums beside the image', async () => {
    const sums = await cluster.exec('pve01', ['curl', '--silent', `${DIRECTORY}/SHA256SUMS`]);
    const single = await cluster.exec('pve01', ['curl', '--silent', `${URL}.SHA256SUM`]);

    expect(sums.stdout).to.equal(`${SHA256} *${NAME}\n`);
    expect(single.stdout).to.equal(`SHA256 (${NAME}) = ${SHA256}\n`);
  });

  it('continues a download, but not one of another content', async () => {
    expect(await curl(URL, '--range', '100000-')).to.deep.include({ status: 206, bytes: SIZE - 100_000 });
    expect(await curl(URL, '--range', '100000-', '--header', 'If-Range: "other"')).to.deep.include({
      status: 200,
    });
    expect(await curl(URL, '--range', `${SIZE}-`)).to.deep.include({ status: 416 });
  });

  it('says that nothing has changed, and answers HEAD without a body', async () => {
    const { stdout } = await cluster.exec('pve01', ['curl', '--silent', '--head', URL]);
    const etag = /^etag: (.*)$/im.exec(stdout)?.[1]?.trim() ?? '';

    expect(stdout).to.include(`content-length: ${SIZE}`);
    expect(await curl(URL, '--header', `If-None-Match: ${etag}`)).to.deep.include({ status: 304, bytes: 0 });
  });

  it('answers what is not there with a page', async () => {
    expect(await curl(`${DIRECTORY}/other.img`)).to.deep.include({ status: 404 });
  });

  it('cuts a download once, then lets it be continued', async () => {
    await server.setFaults({ [URL]: [{ kind: 'cut', afterBytes: 1000, times: 1 }] });

    expect(await curl(URL)).to.deep.include({ rc: 18, bytes: 1000 });
    expect(await curl(URL, '--range', '1000-')).to.deep.include({ rc: 0, bytes: SIZE - 1000 });
  });

  it('announces a wrong length', async () => {
    await server.setFaults({ [URL]: [{ kind: 'wrong-length', length: SIZE + 5 }] });

    expect(await curl(URL)).to.deep.include({ rc: 18, status: 200, bytes: SIZE });
  });

  it('fails twice, asks for patience once, and then works', async () => {
    await server.setFaults({
      [URL]: [
        { kind: 'answer', status: 500, times: 2 },
        { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, times: 1 },
      ],
    });
    const statuses = [await curl(URL), await curl(URL), await curl(URL), await curl(URL)].map(
      ({ status }) => status,
    );

    expect(statuses).to.deep.equal([500, 500, 429, 200]);
  });

  it('redirects and ignores ranges', async () => {
    await server.setFaults({ [URL]: [{ kind: 'redirect', location: `${URL}?mirror`, times: 1 }] });
    expect(await curl(URL)).to.deep.include({ status: 302, redirect: `${URL}?mirror` });

    await server.setFaults({ [URL]: [{ kind: 'no-range', times: 1 }] });
    expect(await curl(URL, '--range', '5-')).to.deep.include({ status: 200, bytes: SIZE });
  });

  it('slows down one file, while others come as ever', async () => {
    await server.addFiles({ [OTHER]: join(files, 'image') });
    await server.setFaults({ [URL]: [{ kind: 'throttle', bytesPerSecond: 1 }] });
    const slow = `curl --silent --no-buffer ${URL} > /tmp/slow 2> /dev/null & until [ -s /tmp/slow ]; do sleep 0.1; done`;
    await cluster.exec('pve01', ['sh', '-c', slow]);

    expect(await curl(OTHER)).to.deep.include({ status: 200, bytes: SIZE });
    const { stdout } = await cluster.exec('pve01', ['stat', '--format=%s', '/tmp/slow']);
    expect(Number(stdout)).to.be.lessThan(SIZE);
  });

  it('keeps a log of what was asked and sent', async () => {
    const before = (await server.requests()).length;
    await curl(URL, '--range', '0-9');

    const [request] = (await server.requests()).slice(before);
    expect(request).to.deep.include({ method: 'GET', url: URL, range: 'bytes=0-9', status: 206, bytes: 10 });
  });
});
