import { expect } from 'chai';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { answer, byPath, file, type Scene } from '../../http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from './fetch.fixture.ts';

/** Answers conditional requests as real servers do. */
const versioned =
  (body: Buffer, etag: string): Scene =>
  (request, response) =>
    (request.headers['if-none-match'] === etag ? answer(304) : file(body, etag))(request, response);

describe('cloud_image_fetch with an image in the cache', () => {
  const stage = useFetchStage();
  const { image, other, checksum, start, run, report, makeOld } = stage;
  const path = (): string => `${stage.cache()}/noble.img`;
  const sums = (digest: string): string => `${digest} *noble.img\n`;

  it('sees another version of equal size by its ETag, and downloads only then', async () => {
    await start(versioned(image, '"1"'), versioned(image, '"1"'), versioned(other, '"2"'));
    await report();
    makeOld();

    expect(await report({ refresh: 'if-changed' })).to.include({ cached: true, known_by: 'record' });
    expect(stage.server().log).to.have.lengthOf(2);
    const fresh = await report({ refresh: 'if-changed' });

    expect(fresh).to.include({ cached: false, checksum: `sha256:${sha256(other)}` });
    expect(stage.server().log).to.have.lengthOf(4);
  });

  it('asks the sums file where there is one, and no image that it still lists', async () => {
    let digest = sha256(image);
    const list: Scene = (request, response) => answer(200, {}, sums(digest))(request, response);
    const body: Scene = (request, response) =>
      file(digest === sha256(image) ? image : other)(request, response);
    await start(byPath({ '/noble.img': body, '/SHA256SUMS': list }));
    const wanted = { checksum: `sha256:${stage.server().url}/SHA256SUMS`, refresh: 'if-changed' } as const;
    await report(wanted);
    makeOld();

    expect(await report(wanted)).to.include({ cached: true });
    expect(stage.server().log.slice(2)).to.deep.equal(['GET /SHA256SUMS']);
    digest = sha256(other);

    expect(await report(wanted)).to.include({ cached: false, checksum: `sha256:${digest}` });
  });

  it('tells which dated build a moving name stands for', async () => {
    const list = `${sha256(image)}  noble.img\n${sha256(image)}  noble-20260101.img\n`;
    await start(byPath({ '/noble.img': file(image), '/SHA256SUMS': answer(200, {}, list) }));

    const found = await report({ checksum: `sha256:${stage.server().url}/SHA256SUMS` });

    expect(found).to.include({ build: 'noble-20260101.img', cached: false });
  });

  it('asks in check mode whether a download that comes in any case brings another version', async () => {
    await start(versioned(image, '"1"'), versioned(image, '"1"'), versioned(other, '"2"'), answer(404));
    await report();
    makeOld();
    const next = async (more: Parameters<typeof run>[0]): Promise<unknown> =>
      (await report(more, true))['next_image'];

    expect(await next({ refresh: 'always' })).to.equal('same');
    expect(await next({ force_download: true })).to.equal('another');
    expect(await next({ refresh: 'always' })).to.equal('unknown');
  });

  it('asks nobody when a digest pins the image, or nobody is to be asked', async () => {
    await start(file(image));
    await report({ checksum });
    makeOld();

    await report({ checksum, refresh: 'if-changed' });
    await report({ checksum });

    expect(stage.server().log).to.have.lengthOf(1);
  });

  it('keeps a good image when nobody can be asked, and says so', async () => {
    await start(file(image), answer(404));
    await report();
    makeOld();

    const { observed, steps } = await run({ refresh: 'if-changed' });

    expect(steps).to.deep.equal([]);
    expect(observed.refreshFailure).to.contain('answered 404');
  });

  it('trusts an untouched file by its record, unless all of it is to be read', async () => {
    await start(file(image));
    await report({ checksum });
    makeOld();
    const spoilt = readFileSync(path());
    spoilt.writeUInt8(spoilt.readUInt8(70_000) ^ 1, 70_000);

    expect(await report({ checksum })).to.include({ cached: true, known_by: 'record' });
    expect(await report({ checksum, verify_cache: 'full' })).to.include({ cached: true, known_by: 'digest' });

    forge(spoilt);
    expect(await report({ checksum })).to.include({ cached: true });
    expect(await report({ checksum, verify_cache: 'full' })).to.include({ cached: false, checksum });
    expect(sha256(readFileSync(path()))).to.equal(sha256(image));
  });

  /** Other bytes in the file, and a record that says that nothing happened, as a failing disk would have it. */
  function forge(bytes: Buffer): void {
    const { atime, mtime } = statSync(path());
    writeFileSync(path(), bytes);
    utimesSync(path(), atime, mtime);
    const { mtimeNs, ctimeNs } = statSync(path(), { bigint: true });
    const record = `${stage.cache()}/.noble.img.json`;
    const text = readFileSync(record, 'utf8')
      .replace(/"mtimeNs": "\d+"/, `"mtimeNs": "${mtimeNs}"`)
      .replace(/"ctimeNs": "\d+"/, `"ctimeNs": "${ctimeNs}"`);
    writeFileSync(record, text);
  }
});
