import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  answer,
  byPath,
  cutAfter,
  file,
  type Scene,
} from '../../modules-src/http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from '../../modules-src/modules/cloud_image_fetch/fetch.fixture.ts';
import { readSource } from '../../modules-src/node/images.ts';
import { watchOthers } from './others.ts';

const MINE = 'my own image, months of work';

describe("somebody's own file in the cache of images", () => {
  const others = watchOthers();
  // Before the scene is taken down.
  afterEach(() => expect(others.changed()).to.deep.equal([]));
  after(() => others.tell('files'));
  const stage = useFetchStage();
  const { image, other, checksum, start, run, report, refusal, makeOld, images } = stage;
  const at = (name: string): string => join(stage.cache(), name);
  const url = (): string => `${stage.server().url}/noble.img`;
  /** Nothing of others has changed, and the next scene has an empty cache. */
  const begin = (): void => {
    expect(others.changed()).to.deep.equal([]);
    for (const name of images()) rmSync(at(name), { recursive: true });
  };
  /** The fetched image stands beside, and every other module finds it there. */
  const expectBeside = async (path: unknown, bytes = image): Promise<void> => {
    expect(path).to.match(/\/noble-[0-9a-f]{8}\.img$/);
    expect(readFileSync(String(path)).equals(bytes)).to.equal(true);
    const named = { image: url(), place: stage.cache(), checksum: undefined };
    expect((await readSource(named, 'name')).path).to.equal(path);
  };

  for (const [title, wanted] of [
    ['', {}],
    [' when a checksum is given', { checksum }],
    [' by force_download', { force_download: true }],
    [' by refresh: always', { refresh: 'always' }],
    [' by refresh: if-changed', { refresh: 'if-changed' }],
    [' when all of the cache is to be read', { verify_cache: 'full' }],
  ] as const) {
    it(`is not written over${title}: the image has another name`, async () => {
      await start(file(image));
      others.put(at('noble.img'), MINE);

      await expectBeside((await report(wanted))['path']);
      expect((await run(wanted)).steps).to.deep.equal([]);
    });
  }

  it('is told of, with where the image went', async () => {
    await start(file(image));
    others.put(at('noble.img'), MINE);

    const { observed, first } = await run({ checksum });

    expect(first.kept).to.deep.equal({ path: at('noble.img'), why: 'this role did not put it there' });
    expect(observed.kept).to.equal(undefined);
  });

  it('is not written over from a mirror', async () => {
    await start(byPath({ '/mirror/noble.img': file(image) }));
    others.put(at('noble.img'), MINE);

    const { path } = await report({ checksum, mirrors: [`${stage.server().url}/mirror/noble.img`] });

    await expectBeside(path);
  });

  it('is not written over by what is unpacked, nor are files that have the names of its making', async () => {
    const packed = execFileSync('xz', ['-c'], { input: image });
    await start(file(packed));
    others.put(at('noble.img'), MINE);
    const { path } = await report({ url: `${url()}.xz` });
    expect(readFileSync(String(path)).equals(image)).to.equal(true);

    begin();
    for (const name of ['noble.img.part', 'noble.img.unpacked']) {
      others.put(at(name), MINE);
      expect(await refusal({ url: `${url()}.xz?other` })).to.contain(
        `${at(name)} is there, and not this role's; move it away`,
      );
      begin();
    }
    others.put(at('noble.img.member'), MINE);
    await stage.server().close();
    await start(file(execFileSync('tar', ['-cf', '-', '-C', stage.work, 'image'], { maxBuffer: 1e9 })));
    expect(await refusal({ url: `${url()}.tar` })).to.contain(
      `${at('noble.img.member')} is there, and not this role's`,
    );
  });

  it('is not written over by the next part of a download, nor continued', async () => {
    await start(cutAfter(100_000, image), answer(403), file(image));
    await refusal({ checksum });
    // The part is given up, and another file gets its name, with the same size and time.
    rmSync(at('noble.img.part'));
    others.put(at('noble.img.part'), Buffer.alloc(100_000, 'mine'));

    expect(await refusal({ checksum })).to.contain("is there, and not this role's; move it away");
    expect(stage.server().log.at(-1)).to.equal('GET /noble.img');
  });

  it('may be a link, another name of a file, or lead nowhere', async () => {
    await start(file(image));
    others.put(join(stage.work, 'elsewhere.img'), MINE);
    symlinkSync(join(stage.work, 'elsewhere.img'), at('noble.img'));
    others.remember(at('noble.img'));
    await expectBeside((await report({ checksum, force_download: true }))['path']);

    begin();
    linkSync(join(stage.work, 'elsewhere.img'), at('noble.img'));
    others.remember(at('noble.img'));
    await expectBeside((await report({ checksum }))['path']);

    begin();
    symlinkSync('/nowhere/noble.img', at('noble.img'));
    others.remember(at('noble.img'));
    expect(await refusal({ checksum })).to.contain('it is a link that leads nowhere');
  });

  it('may be a link to the image itself: it is used, and never replaced', async () => {
    await start(file(image), file(other));
    others.put(join(stage.work, 'elsewhere.img'), image);
    symlinkSync(join(stage.work, 'elsewhere.img'), at('noble.img'));
    others.remember(at('noble.img'));

    expect(await report({ checksum })).to.include({ cached: true, path: at('noble.img') });
    await expectBeside((await report({ refresh: 'always' }))['path']);
  });

  it('may have the name of a note or a lock', async () => {
    await start(file(image));
    others.put(at('.noble.img.json'), 'my own notes');
    others.put(at('.noble.img.lock'), 'my own lock');

    await expectBeside((await report({ checksum }))['path']);
    begin();
    others.put(at('.noble.img.lock'), 'my own lock');
    expect(await report({ checksum, url: `${url()}?2` })).to.include({ path: at('noble.img') });
  });

  it('may have both names that the image could have: then it is refused', async () => {
    await start(file(image));
    others.put(at('noble.img'), MINE);
    const second = String((await report({ checksum }))['path']);
    for (const name of images().filter(name => name !== 'noble.img')) rmSync(at(name));
    others.put(second, MINE);

    expect(await refusal({ checksum })).to.contain(
      `${second}: this role did not put it there, so it is not written over; move it away`,
    );
  });

  it('may come while the image is downloaded', async () => {
    const meanwhile: Scene = (request, response) => {
      if (!images().includes('noble.img')) others.put(at('noble.img'), MINE);
      file(image)(request, response);
    };
    await start(meanwhile);

    expect(await refusal({ checksum })).to.contain(`${at('noble.img')} was changed meanwhile`);
    expect(others.changed()).to.deep.equal([]);
    others.remember(at('noble.img'));
    await expectBeside((await report({ checksum }))['path']);
  });

  it('that is the wanted image is used, and given up by no later run', async () => {
    await start(file(other));
    others.put(at('noble.img'), image);

    expect(await report({ checksum })).to.include({ cached: true, verified: 'checksum' });
    await expectBeside((await report({ force_download: true }))['path'], other);
  });

  describe('that was fetched, and changed in its place,', () => {
    const changed = Buffer.concat([image, Buffer.from('virt-customize')]);
    const customise = (): void => {
      writeFileSync(at('noble.img'), changed);
      others.remember(at('noble.img'));
    };

    for (const wanted of [
      {},
      { force_download: true },
      { refresh: 'always' },
      { refresh: 'if-changed' },
      { verify_cache: 'full' },
      { mirrors: ['http://127.0.0.1:9/noble.img'] },
    ] as const) {
      it(`is not downloaded over with ${JSON.stringify(wanted)}, and it is said what to do`, async () => {
        await start(file(image));
        await run({ checksum });
        makeOld();
        customise();

        expect(await refusal({ checksum, ...wanted })).to.match(
          /it was changed since it was fetched, so it is not written over; move it away, or set the checksum to sha256:[0-9a-f]{64} to use it as it is$/,
        );
        expect(stage.server().log.filter(line => line.startsWith('GET'))).to.have.length.lessThan(3);
      });
    }

    it('is used as it is when its digest is given, and is its owner’s from then on', async () => {
      await start(file(image));
      await run({ checksum });
      customise();
      const wanted = { checksum: `sha256:${sha256(changed)}` };

      expect(await report(wanted)).to.include({ cached: true, path: at('noble.img'), ...wanted });
      await expectBeside((await report({ force_download: true }))['path']);
    });

    it('may be another file of its name, of the same size and times', async () => {
      await start(file(image));
      await run({ checksum });
      const spoilt = Buffer.from(image);
      spoilt.writeUInt8(spoilt.readUInt8(70_000) ^ 1, 70_000);
      writeFileSync(at('mine'), spoilt);
      execFileSync('touch', ['-r', at('noble.img'), at('mine')]);
      renameSync(at('mine'), at('noble.img'));
      others.remember(at('noble.img'));

      expect(await refusal({ checksum, force_download: true })).to.contain('it was changed since');
    });

    it('is the role’s again when only its place on the disk changed', async () => {
      await start(file(image), file(other));
      await run({ checksum });
      copyFileSync(at('noble.img'), at('copy'));
      renameSync(at('copy'), at('noble.img'));

      expect(await report({ refresh: 'always' })).to.include({ cached: false, path: at('noble.img') });
    });
  });

  it('may be a folder', async () => {
    await start(file(image));
    mkdirSync(at('noble.img'));
    others.remember(at('noble.img'));

    expect(await refusal({ checksum })).to.contain('it is no file');
  });
});

describe('an image that has got its name from a run which died right after that', () => {
  const stage = useFetchStage();
  const { image, other, start, run, report, images } = stage;
  const sideFile = (): string => join(stage.cache(), '.noble.img.json');

  /** As it was between the two: noted as the next one, with the times that it had before. */
  function unsettle(before: object): void {
    const record = JSON.parse(readFileSync(sideFile(), 'utf8')) as { identity: object };
    const next = { ...record, identity: { ...record.identity, ctimeNs: '1' } };
    writeFileSync(sideFile(), JSON.stringify({ ...before, next }));
  }

  it('is not taken for somebody’s own file, nor downloaded again', async () => {
    await start(file(image));
    await report();
    unsettle({});

    expect((await run()).steps.map(({ action }) => action.kind)).to.deep.equal(['note-image']);
    expect((await run()).steps).to.deep.equal([]);
    expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
    expect(stage.server().log).to.have.lengthOf(1);
  });

  it('is told from the image whose place it took', async () => {
    await start(file(image), file(other));
    await report();
    stage.makeOld();
    const before = JSON.parse(readFileSync(sideFile(), 'utf8')) as object;
    await report({ refresh: 'always' });
    unsettle(before);

    expect(await report()).to.include({ checksum: `sha256:${sha256(other)}`, cached: false });
  });

  it('is not believed when it has another file’s inode', async () => {
    await start(file(image));
    await report();
    unsettle({});
    copyFileSync(join(stage.cache(), 'noble.img'), join(stage.cache(), 'copy'));
    renameSync(join(stage.cache(), 'copy'), join(stage.cache(), 'noble.img'));

    expect((await report())['path']).to.match(/noble-[0-9a-f]{8}\.img$/);
  });
});
