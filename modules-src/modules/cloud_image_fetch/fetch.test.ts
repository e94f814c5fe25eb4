import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { converge, type Converged } from '../../runtime/converge.ts';
import {
  answer,
  byPath,
  cutAfter,
  file,
  serve,
  type Scene,
  type ScriptedServer,
} from '../../runtime/scripted-server.fixture.ts';
import definition from './module.ts';
import { performers } from './performers.ts';
import type { Observed } from './plan.ts';

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** A real image; what the guest would see begins with `text`. */
function makeImage(directory: string, text: string, ...options: readonly string[]): Buffer {
  const [raw, image] = [join(directory, 'raw'), join(directory, 'image')];
  writeFileSync(raw, Buffer.concat([Buffer.from(text), Buffer.alloc(1024 ** 2, text)]));
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', ...options, raw, image]);
  return readFileSync(image);
}

describe('cloud_image_fetch', () => {
  const work = mkdtempSync(join(tmpdir(), 'fetch-'));
  const image = makeImage(work, 'first');
  const other = makeImage(work, 'other');
  const checksum = `sha256:${sha256(image)}`;
  let cache = '';
  let server: ScriptedServer;

  const start = async (...scenes: readonly Scene[]): Promise<void> => {
    server = await serve(...scenes);
  };
  type Params = Parameters<typeof definition.observe>[0];
  const params = (more: Partial<Params> = {}): Params => ({
    url: `${server.url}/noble.img`,
    cache_dir: cache,
    force_download: false,
    validate_certs: true,
    retries: 2,
    retry_delay: 0,
    ...more,
  });
  const run = (more: Partial<Params> = {}, checkMode = false): Promise<Converged<Observed>> =>
    converge(definition, params(more), { checkMode, problems: [] }, { retries: 0, delay: 0 }, performers);
  const report = async (more: Partial<Params> = {}): Promise<Readonly<Record<string, unknown>>> => {
    const { observed, left, failures } = await run(more);
    expect({ left, failures }).to.deep.equal({ left: [], failures: [] });
    return definition.report?.(params(more), observed) ?? {};
  };
  const refusal = (more: Partial<Params> = {}): Promise<string> =>
    run(more).then(
      ({ failures }) => failures.map(failure => failure.reason).join() || 'it succeeded',
      (error: unknown) => String(error),
    );
  /** Fetched before this process started, as far as the record says. */
  const makeOld = (): void => {
    const record = `${cache}/.noble.img.json`;
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"fetched": "\d+/, '"fetched": "2020'));
  };
  const images = (): string[] => readdirSync(cache).sort();

  beforeEach(() => {
    cache = mkdtempSync(join(work, 'cache-'));
  });
  afterEach(async () => server.close());
  after(() => rmSync(work, { recursive: true }));

  it('fetches an image, verified by its digest, and does nothing the next time', async () => {
    await start(file(image));

    expect(await report({ checksum })).to.deep.equal({
      path: `${cache}/noble.img`,
      url: `${server.url}/noble.img`,
      checksum,
      verified: 'checksum',
      size: image.length,
      virtual_size: 1024 ** 2 + 512,
      format: 'qcow2',
      cached: false,
    });
    expect(readFileSync(`${cache}/noble.img`).equals(image)).to.equal(true);
    expect(statSync(`${cache}/noble.img`).mode & 0o777).to.equal(0o644);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);

    expect((await run({ checksum })).steps).to.deep.equal([]);
    expect(server.log).to.have.lengthOf(1);
  });

  it('verifies by a sums file, which it asks for first and only when it has to', async () => {
    await start(
      byPath({ '/noble.img': file(image), '/SHA256SUMS': answer(200, {}, `${sha256(image)} *noble.img\n`) }),
    );
    const sums = `sha256:${server.url}/SHA256SUMS`;

    expect(await report({ checksum: sums })).to.include({ verified: 'checksum', checksum });
    expect((await run({ checksum: sums })).steps).to.deep.equal([]);
    expect(server.log).to.deep.equal(['GET /SHA256SUMS', 'GET /noble.img']);
  });

  it('notes a sums file that vouches for a cached image, and then needs it no more', async () => {
    await start(
      byPath({ '/noble.img': file(image), '/SHA256SUMS': answer(200, {}, `${sha256(image)} *noble.img\n`) }),
    );
    const sums = `sha256:${server.url}/SHA256SUMS`;

    expect(await report()).to.include({ verified: 'none', checksum });
    makeOld();
    expect(await report({ checksum: sums })).to.include({ verified: 'checksum', cached: true });
    expect((await run({ checksum: sums })).steps).to.deep.equal([]);
    expect(server.log).to.deep.equal(['GET /noble.img', 'GET /SHA256SUMS']);
  });

  it('refuses bytes that are not the wanted ones, and leaves nothing of them', async () => {
    await start(file(other));

    const message = await refusal({ checksum });

    expect(message).to.contain(`what came has sha256:${sha256(other)}, wanted is ${checksum}`);
    expect(images()).to.deep.equal([]);
  });

  it('keeps the image that it has when the new one is refused', async () => {
    await start(file(image), file(other));
    await run({ checksum });

    expect(await refusal({ checksum: `sha256:${'a'.repeat(64)}` })).to.contain('what came has');
    expect((await run({ checksum })).steps).to.deep.equal([]);
  });

  it('replaces an image that came from another URL under the same name', async () => {
    await start(byPath({ '/a/noble.img': file(image), '/b/noble.img': file(other) }));

    await run({ url: `${server.url}/a/noble.img` });
    const { checksum: found } = await report({ url: `${server.url}/b/noble.img` });

    expect(found).to.equal(`sha256:${sha256(other)}`);
  });

  it('fetches again what was changed on the disk, and only notes what was touched', async () => {
    await start(file(image));
    await run({ checksum });

    utimesSync(`${cache}/noble.img`, 0, 0);
    expect((await run({ checksum })).steps.map(step => step.action.kind)).to.deep.equal(['write-file']);
    expect((await run({ checksum })).steps).to.deep.equal([]);

    appendFileSync(`${cache}/noble.img`, 'more');
    expect((await run({ checksum })).steps.map(step => step.action.kind)).to.deep.equal(['fetch-image']);
    expect(server.log).to.have.lengthOf(2);
  });

  it('takes an image that was put there by hand, when its checksum fits', async () => {
    await start(file(image));
    writeFileSync(`${cache}/noble.img`, image);
    utimesSync(`${cache}/noble.img`, 0, 0);

    expect(await report({ checksum })).to.include({ cached: true, verified: 'checksum', format: 'qcow2' });
    expect(server.log).to.deep.equal([]);
  });

  it('replaces rubbish under the name of an image', async () => {
    await start(file(image));
    writeFileSync(`${cache}/noble.img`, 'rubbish');

    expect(await report({ checksum })).to.include({ cached: false });
  });

  it('fetches a good image again when told to, once', async () => {
    await start(file(image));
    await run({ checksum });
    makeOld();

    const { steps, left } = await run({ checksum, force_download: true });

    expect({ steps: steps.length, left }).to.deep.equal({ steps: 1, left: [] });
    expect(server.log).to.have.lengthOf(2);
  });

  it('changes nothing in check mode', async () => {
    await start(file(image));

    const { steps } = await run({ checksum }, true);

    expect(steps.map(step => step.summary)).to.deep.equal([
      `fetch ${server.url}/noble.img into ${cache}/noble.img`,
    ]);
    expect({ log: server.log, files: images() }).to.deep.equal({ log: [], files: [] });
  });

  it('unpacks a compressed image, which its checksum proves as it came', async () => {
    const packed = execFileSync('xz', ['-c'], { input: image });
    await start(file(packed));
    const wanted = { url: `${server.url}/noble.img.xz`, checksum: `sha256:${sha256(packed)}` };

    expect(await report(wanted)).to.include({
      path: `${cache}/noble.img`,
      checksum: wanted.checksum,
      format: 'qcow2',
    });
    expect(readFileSync(`${cache}/noble.img`).equals(image)).to.equal(true);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
    expect((await run(wanted)).steps).to.deep.equal([]);
    expect(await refusal({ ...wanted, checksum })).to.contain(`what came has ${wanted.checksum}`);
  }).timeout(5000);

  it('leaves a part when it fails, and goes on with it in the next run', async () => {
    await start(cutAfter(100_000, image), answer(500), answer(500), answer(500), file(image));

    expect(await refusal({ checksum })).to.match(/answered 500 Internal Server Error, 3 times in a row/);
    expect(images()).to.deep.equal(['.noble.img.part.json', 'noble.img.part']);

    await report({ checksum });
    expect(server.log.at(-1)).to.equal('GET /noble.img bytes=100000-');
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
  });

  it('begins once more when a part was spoilt', async () => {
    await start(cutAfter(100_000, image), answer(403), file(image));
    await refusal({ checksum });
    writeFileSync(`${cache}/noble.img.part`, Buffer.alloc(100_000));

    await report({ checksum });

    expect(server.log.slice(2)).to.deep.equal(['GET /noble.img bytes=100000-', 'GET /noble.img']);
  });

  it('refuses what is no whole and self-contained disk image, and leaves nothing of it', async () => {
    const backing = join(work, 'image');
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-f',
      'qcow2',
      '-F',
      'qcow2',
      '-b',
      backing,
      join(work, 'layer'),
    ]);
    await start(
      byPath({
        '/text.img': answer(200, {}, 'not here'),
        '/page.img': answer(200, {}, '<html>'),
        '/short.img': file(image.subarray(0, 200_000)),
        '/layer.img': file(readFileSync(join(work, 'layer'))),
      }),
    );
    const reasonFor = (name: string): Promise<string> => refusal({ url: `${server.url}/${name}` });

    expect(await reasonFor('text.img')).to.match(
      /cannot use http:.*text.img as a disk image: it has no boot sector/,
    );
    expect(await reasonFor('page.img')).to.contain('sent a web page');
    expect(await reasonFor('short.img')).to.contain('it is truncated or damaged');
    expect(await reasonFor('layer.img')).to.contain('it is only a layer over another file');
    expect(images().filter(name => !name.includes('page.img.part'))).to.deep.equal([]);
  });

  it('says why it cannot write, and what else is in the way', async () => {
    await start(file(image));
    writeFileSync(join(cache, 'file'), '');
    mkdirSync(join(cache, 'noble.img'));

    expect(await refusal({ cache_dir: join(cache, 'file') })).to.match(/file is no directory; .* \(EEXIST\)/);
    expect(await refusal()).to.contain('noble.img as a disk image: it is no file; remove it');
  });

  it('says what is wrong with a sums file before it downloads', async () => {
    await start(
      byPath({
        '/page': answer(200, {}, '<html>'),
        '/other': answer(200, {}, `${sha256(image)}  other.img\n`),
      }),
    );
    const reasonFor = (path: string): Promise<string> =>
      refusal({ checksum: `sha256:${server.url}/${path}` });

    expect(await reasonFor('none')).to.match(/cannot verify .*: no checksums at .*\/none: .* answered 404/);
    expect(await reasonFor('page')).to.contain('is a web page, no list of checksums');
    expect(await reasonFor('other')).to.contain('lists no sha256 digest of noble.img');
    expect(images()).to.deep.equal([]);
  });

  it('fetches once when two want the same', async () => {
    await start(file(image));

    await Promise.all([run({ checksum }), run({ checksum })]);

    expect(server.log).to.have.lengthOf(1);
  });
});
