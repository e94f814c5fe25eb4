import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { answer, byPath, file } from '../../http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from './fetch.fixture.ts';

describe('cloud_image_fetch', () => {
  const stage = useFetchStage();
  const { image, other, checksum, start, run, report, refusal, makeOld, images } = stage;

  it('fetches an image, verified by its digest, and does nothing the next time', async () => {
    await start(file(image));

    const { seconds, mb_per_second: rate, ...found } = await report({ checksum });
    expect([seconds, rate]).to.satisfy((values: unknown[]) => values.every(Number.isFinite));
    expect(found).to.deep.equal({
      path: `${stage.cache()}/noble.img`,
      url: `${stage.server().url}/noble.img`,
      summary: 'qcow2, verified by checksum',
      checksum,
      verified: 'checksum',
      size: image.length,
      virtual_size: 1024 ** 2 + 512,
      format: 'qcow2',
      cached: false,
      known_by: 'download',
      bytes: image.length,
      resumed_from: 0,
    });
    expect(readFileSync(`${stage.cache()}/noble.img`).equals(image)).to.equal(true);
    expect(statSync(`${stage.cache()}/noble.img`).mode & 0o777).to.equal(0o644);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);

    expect((await run({ checksum })).steps).to.deep.equal([]);
    expect(stage.server().log).to.have.lengthOf(1);
  });

  it('asks with the query of the URL, and tells and keeps nothing of it', async () => {
    await start(file(image), file(image), answer(404));
    const url = `${stage.server().url}/noble.img?X-Signature=hush`;
    const first = await run({ url });
    makeOld();
    const found = await report({ url, refresh: 'if-changed' });
    const failed = await refusal({ url: `${url}2`, retries: 0 });

    expect(stage.server().log.map(line => line.split(' ')[1])).to.deep.equal([
      '/noble.img?X-Signature=hush',
      '/noble.img?X-Signature=hush',
      '/noble.img?X-Signature=hush2',
    ]);
    expect(found['url']).to.match(/noble[.]img[?]hidden-[0-9a-f]{8}$/);
    expect(found).to.include({ cached: true });
    const notes = readFileSync(`${stage.cache()}/.noble.img.json`, 'utf8');
    for (const told of [
      notes,
      failed,
      JSON.stringify([first.steps.map(({ summary, changes }) => [summary, changes]), found]),
    ])
      expect(told).not.to.contain('hush');
  });

  it('is finished by the next run when it died before its last note', async () => {
    await start(file(image));
    await run({ checksum });
    const note = `${stage.cache()}/.noble.img.json`;
    const next = JSON.parse(readFileSync(note, 'utf8')) as { identity: object };
    // A rename changes one time of a file.
    writeFileSync(note, JSON.stringify({ next: { ...next, identity: { ...next.identity, ctimeNs: '1' } } }));
    writeFileSync(`${stage.cache()}/.noble.img.part.json`, '{"inode":"1","born":"1"}');
    for (const left of ['.noble.img.lock', `.noble.img.json.${hostname()}-4194305-abc.tmp`])
      writeFileSync(`${stage.cache()}/${left}`, '');

    expect((await run({ checksum })).steps).to.have.lengthOf(1);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
    expect((await run({ checksum })).steps).to.deep.equal([]);
    expect(stage.server().log).to.have.lengthOf(1);
  });

  it('verifies by a sums file, which it asks for first and only when it has to', async () => {
    await start(
      byPath({ '/noble.img': file(image), '/SHA256SUMS': answer(200, {}, `${sha256(image)} *noble.img\n`) }),
    );
    const sums = `sha256:${stage.server().url}/SHA256SUMS`;

    expect(await report({ checksum: sums })).to.include({ verified: 'checksum', checksum });
    expect((await run({ checksum: sums })).steps).to.deep.equal([]);
    expect(stage.server().log).to.deep.equal(['GET /SHA256SUMS', 'GET /noble.img']);
  });

  it('notes a sums file that vouches for a cached image, and then needs it no more', async () => {
    await start(
      byPath({ '/noble.img': file(image), '/SHA256SUMS': answer(200, {}, `${sha256(image)} *noble.img\n`) }),
    );
    const sums = `sha256:${stage.server().url}/SHA256SUMS`;

    expect(await report()).to.include({ verified: 'none', checksum });
    makeOld();
    expect(await report({ checksum: sums })).to.include({ verified: 'checksum', cached: true });
    expect((await run({ checksum: sums })).steps).to.deep.equal([]);
    expect(stage.server().log).to.deep.equal(['GET /noble.img', 'GET /SHA256SUMS']);
  });

  it('keeps images of one name from two URLs apart, and finds each again', async () => {
    await start(byPath({ '/a/noble.img': file(image), '/b/noble.img': file(other) }));
    const [a, b] = [`${stage.server().url}/a/noble.img`, `${stage.server().url}/b/noble.img`];

    expect((await report({ url: a }))['path']).to.equal(`${stage.cache()}/noble.img`);
    const second = await report({ url: b });

    expect(second['path']).to.match(/\/noble-[0-9a-f]{8}\.img$/);
    expect(second['checksum']).to.equal(`sha256:${sha256(other)}`);
    expect((await run({ url: a })).steps.concat((await run({ url: b })).steps)).to.deep.equal([]);
    // The digest proves that it is the same image, wherever it came from.
    expect((await report({ url: `${stage.server().url}/c/noble.img`, checksum }))['path']).to.equal(
      `${stage.cache()}/noble.img`,
    );
    expect(stage.server().log).to.have.lengthOf(2);
  });

  it('keeps what was changed on the disk, and only notes what was touched', async () => {
    await start(file(image));
    await run({ checksum });

    utimesSync(`${stage.cache()}/noble.img`, 0, 0);
    expect((await run({ checksum })).steps.map(step => step.action.kind)).to.deep.equal(['note-image']);
    expect((await run({ checksum })).steps).to.deep.equal([]);

    appendFileSync(`${stage.cache()}/noble.img`, 'more');
    expect(await refusal({ checksum })).to.contain('it was changed since it was fetched');
    expect(stage.server().log).to.have.lengthOf(1);
  });

  it('takes an image that was put there by hand, when its checksum fits', async () => {
    await start(file(image));
    writeFileSync(`${stage.cache()}/noble.img`, image);
    utimesSync(`${stage.cache()}/noble.img`, 0, 0);

    expect(await report({ checksum })).to.include({ cached: true, verified: 'checksum', format: 'qcow2' });
    expect(stage.server().log).to.deep.equal([]);
  });

  it('fetches a good image again when told to, once', async () => {
    await start(file(image));
    await run({ checksum });
    makeOld();

    const { steps, left } = await run({ checksum, force_download: true });

    expect({ steps: steps.length, left }).to.deep.equal({ steps: 1, left: [] });
    expect(stage.server().log).to.have.lengthOf(2);
  });

  it('changes nothing in check mode', async () => {
    await start(file(image));

    const { steps } = await run({ checksum }, true);

    expect(steps.map(step => step.summary)).to.deep.equal([
      `fetch ${stage.server().url}/noble.img into ${stage.cache()}/noble.img`,
    ]);
    expect({ log: stage.server().log, files: images() }).to.deep.equal({ log: [], files: [] });
  });

  it('unpacks a compressed image, which its checksum proves as it came', async () => {
    const packed = execFileSync('xz', ['-0c'], { input: image });
    await start(file(packed));
    const wanted = { url: `${stage.server().url}/noble.img.xz`, checksum: `sha256:${sha256(packed)}` };

    expect(await report(wanted)).to.include({
      path: `${stage.cache()}/noble.img`,
      checksum: wanted.checksum,
      format: 'qcow2',
    });
    expect(readFileSync(`${stage.cache()}/noble.img`).equals(image)).to.equal(true);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
    expect((await run(wanted)).steps).to.deep.equal([]);
    expect(await refusal({ ...wanted, checksum })).to.contain(`what came has ${wanted.checksum}`);
  }).timeout(120_000);

  it('takes the one disk image out of an archive, which its checksum proves as it came', async () => {
    const folder = mkdtempSync(join(stage.work, 'packed-'));
    writeFileSync(join(folder, 'noble.ovf'), '<?xml version="1.0"?><Envelope/>');
    writeFileSync(join(folder, 'noble-disk1.qcow2'), image);
    for (const [name, options] of [
      ['noble.ova', '-cf'],
      ['noble.tar.xz', '-cJf'],
      ['noble.tgz', '-czf'],
      ['noble.tar.zst', '-c --zstd -f'],
    ] as const) {
      const packed = execFileSync('tar', [...options.split(' '), '-', '-C', folder, '.'], {
        maxBuffer: 1e9,
        env: { ...process.env, XZ_OPT: '-0' },
      });
      await start(file(packed));
      const wanted = {
        url: `${stage.server().url}/${name}`,
        checksum: `sha256:${sha256(packed)}`,
        refresh: 'if-changed' as const,
      };

      expect((await run(wanted, true)).steps, name).to.have.lengthOf(1);
      expect(await report(wanted), name).to.include({
        path: `${stage.cache()}/noble`,
        checksum: wanted.checksum,
        format: 'qcow2',
      });
      expect(readFileSync(`${stage.cache()}/noble`).equals(image), name).to.equal(true);
      expect(images(), name).to.deep.equal(['.noble.json', 'noble']);
      expect((await run(wanted)).steps, name).to.deep.equal([]);
      await stage.server().close();
      for (const left of images()) rmSync(join(stage.cache(), left));
    }
    await start(file(Buffer.from('')));
  }).timeout(120_000);

  it('names an archive that has no image in it, and leaves nothing of it', async () => {
    const folder = mkdtempSync(join(stage.work, 'packed-'));
    writeFileSync(join(folder, 'README'), 'read me');
    await start(file(execFileSync('tar', ['-czf', '-', '-C', folder, 'README'])));
    const url = `${stage.server().url}/noble.tar.gz`;

    expect(await refusal({ url })).to.contain(
      `cannot fetch ${url}: it is a tar archive without a disk image: it holds README; give the URL of`,
    );
    expect(images()).to.deep.equal([]);
  });

  it('fetches once when two want the same', async () => {
    await start(file(image));

    await Promise.all([run({ checksum }), run({ checksum })]);

    expect(stage.server().log).to.have.lengthOf(1);
  });
});
