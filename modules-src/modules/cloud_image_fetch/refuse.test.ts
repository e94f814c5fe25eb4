import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, byPath, cutAfter, file } from '../../http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from './fetch.fixture.ts';

describe('cloud_image_fetch, when something is wrong,', () => {
  const stage = useFetchStage();
  const { work, image, other, checksum, start, run, report, refusal, images } = stage;

  it('refuses bytes that are not the wanted ones, and leaves nothing of them', async () => {
    await start(file(other));

    const message = await refusal({ checksum });

    expect(message).to.contain(`what came has sha256:${sha256(other)}, wanted is ${checksum}`);
    expect(images()).to.deep.equal([]);
  });

  it('writes nothing through a link that somebody laid in its way', async () => {
    const victim = join(work, 'victim');
    writeFileSync(victim, 'root:…');
    await start(file(image));
    symlinkSync(victim, join(stage.cache(), '.noble.img.lock'));
    expect(await refusal({ checksum })).to.contain(
      '.noble.img.lock is not written to: it is a symbolic link',
    );
    rmSync(join(stage.cache(), '.noble.img.lock'));
    for (const name of ['noble.img.part', 'noble.img', '.noble.img.json'])
      symlinkSync(victim, join(stage.cache(), name));
    const { path } = await report({ checksum });

    expect(readFileSync(victim, 'utf8')).to.equal('root:…');
    expect(path).to.match(/\/noble-[0-9a-f]{8}\.img$/);
  });

  it('keeps no image where other users could exchange it', async () => {
    await start(file(image));
    chmodSync(stage.cache(), 0o777);

    expect(await refusal({ checksum }))
      .to.contain('may be written to by others')
      .and.to.contain('chmod go-w');
    expect(images()).to.deep.equal([]);
  });

  it('keeps the image that it has when the new one is refused', async () => {
    await start(file(image), file(other));
    await run({ checksum });

    expect(await refusal({ checksum: `sha256:${'a'.repeat(64)}` })).to.contain('what came has');
    expect((await run({ checksum })).steps).to.deep.equal([]);
  });

  it('leaves a part when it fails, and goes on with it in the next run', async () => {
    await start(cutAfter(100_000, image), answer(500), answer(500), answer(500), file(image));

    expect(await refusal({ checksum })).to.match(/answered 500 Internal Server Error, 3 times in a row/);
    expect(images()).to.deep.equal(['.noble.img.part.json', 'noble.img.part']);

    await report({ checksum });
    expect(stage.server().log.at(-1)).to.equal('GET /noble.img bytes=100000-');
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
  });

  it('begins once more when a part was spoilt', async () => {
    await start(cutAfter(100_000, image), answer(403), file(image));
    await refusal({ checksum });
    writeFileSync(`${stage.cache()}/noble.img.part`, Buffer.alloc(100_000));

    await report({ checksum });

    expect(stage.server().log.slice(2)).to.deep.equal(['GET /noble.img bytes=100000-', 'GET /noble.img']);
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
    const reasonFor = (name: string): Promise<string> => refusal({ url: `${stage.server().url}/${name}` });

    expect(await reasonFor('text.img')).to.match(
      /cannot use http:.*text.img as a disk image: it has no boot sector/,
    );
    expect(await reasonFor('page.img')).to.contain('sent a web page');
    expect(await reasonFor('short.img')).to.contain('it is truncated or damaged');
    expect(await reasonFor('layer.img')).to.contain('it is only a layer over another file');
    expect(images().filter(name => !name.includes('page.img.part'))).to.deep.equal([]);
  });

  it('says first that there is no such image, not that no list knows it', async () => {
    await start(
      byPath({
        '/SUMS': answer(200, {}, `${sha256(image)}  other.img\n`),
        '/here.img': file(image),
        '/noble.img': answer(404),
        '/mirror.img': answer(410),
      }),
    );
    const { url } = stage.server();
    const listed = { checksum: `sha256:${url}/SUMS` };
    const gone = /^127\.0\.0\.1:\d+ answered 404 Not Found; there is no such file; check the URL$/;

    expect(await refusal(listed)).to.match(gone);
    expect(await refusal({ checksum: `sha256:${url}/noble.SUMS` })).to.match(gone);
    expect(await refusal({ ...listed, mirrors: [`${url}/mirror.img`] })).to.match(gone);
    expect(await refusal({ ...listed, mirrors: [`${url}/here.img`] })).to.contain(
      'lists no sha256 digest of',
    );
    expect(await refusal({ ...listed, url: `${url}/here.img` })).to.contain('lists no sha256 digest of');
  });

  it('says why it cannot write, and what else is in the way', async () => {
    await start(file(image));
    writeFileSync(join(stage.cache(), 'file'), '');
    mkdirSync(join(stage.cache(), 'noble.img'));

    expect(await refusal({ cache_dir: join(stage.cache(), 'file') })).to.match(
      /file is no directory; .* \(EEXIST\)/,
    );
    expect(await refusal()).to.contain('noble.img as a disk image: it is no file; remove it');
    expect(await refusal({ cache_dir: '/proc/images' })).to.contain(
      '/proc/images cannot keep images: /proc belongs to the kernel; choose another cache directory',
    );
  });

  it('says what is wrong with a sums file before it downloads', async () => {
    await start(
      byPath({
        '/noble.img': file(image),
        '/page': answer(200, {}, '<html>'),
        '/other': answer(200, {}, `${sha256(image)}  other.img\n`),
      }),
    );
    const reasonFor = (path: string): Promise<string> =>
      refusal({ checksum: `sha256:${stage.server().url}/${path}` });

    expect(await reasonFor('none')).to.match(
      /cannot verify .*: no checksums: .*\/none cannot be had: .* answered 404/,
    );
    expect(await reasonFor('page')).to.contain('is a web page, no list of checksums');
    expect(await reasonFor('other')).to.contain('lists no sha256 digest of noble.img');
    expect(images()).to.deep.equal([]);
  });

  it('takes the file from a mirror, and says so, when the URL gives nothing or other bytes', async () => {
    await start(byPath({ '/noble.img': file(other), '/mirror/noble.img': file(image) }));
    const mirrors = [`${stage.server().url}/none.img`, `${stage.server().url}/mirror/noble.img`];

    const found = await report({ checksum, mirrors });

    expect(found).to.include({ url: `${stage.server().url}/noble.img`, mirror: mirrors[1], cached: false });
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
    const message = await refusal({ url: `${stage.server().url}/gone.img`, mirrors: [mirrors[0] ?? ''] });
    expect(message).to.match(/no source has it: .*answered 404.*; .*answered 404/);
  });
});
