import { expect } from 'chai';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { file } from '../../modules-src/http/scripted-server.fixture.ts';
import { sha256, useFetchStage } from '../../modules-src/modules/cloud_image_fetch/fetch.fixture.ts';
import { readPlace } from '../../modules-src/node/facts/places.ts';
import { readImage, readSource } from '../../modules-src/node/images.ts';
import { knownImage } from '../../modules-src/images/pinned.ts';
import { fileIdentity } from '../../modules-src/system/file-identity.ts';

const UBUNTU = 'https://cloud-images.ubuntu.com/noble/current/noble.img';
const KEY = 'D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81';

describe('a cache that others than root can write to', () => {
  const stage = useFetchStage();
  const { image, other, checksum, start, run, report, refusal, images } = stage;
  const path = (): string => join(stage.cache(), 'noble.img');
  const sideFile = (): string => join(stage.cache(), '.noble.img.json');

  /** An image of an attacker, with a note that says that Ubuntu has signed it. */
  async function forge(): Promise<void> {
    writeFileSync(path(), other);
    const digest = `sha256:${sha256(other)}`;
    const record = {
      ...{ url: UBUNTU, digest, content: digest, verified: [digest, `signature:${KEY}`] },
      identity: await fileIdentity(path()),
      ...{ format: 'qcow2', virtualSize: 1049088, fetched: new Date(0).toISOString() },
    };
    writeFileSync(sideFile(), JSON.stringify(record));
  }

  /** What every module that looks into the cache says of it. */
  async function verdicts(cache_dir = stage.cache()): Promise<readonly string[]> {
    const url = UBUNTU;
    const named = { image: url, place: cache_dir, checksum: undefined };
    const said = (work: Promise<unknown>): Promise<string> =>
      work.then(value => (value === undefined ? 'nothing' : JSON.stringify(value)), String);
    return [
      await refusal({ url, verify: 'signed', cache_dir }),
      await refusal({ url, cache_dir }),
      await said(run({ url, verify: 'signed', cache_dir }, true)),
      await said(readSource(named, 'name')),
      await said(readImage(named)),
      await said(knownImage(join(cache_dir, 'noble.img'))),
      (await readPlace(cache_dir)).exposure?.why ?? 'nothing',
    ];
  }

  beforeEach(() => start(file(image)));

  for (const [title, expose, why] of [
    ['everybody', () => chmodSync(stage.cache(), 0o777), 'may be written to by others than root'],
    ['everybody, though sticky,', () => chmodSync(stage.cache(), 0o1777), 'may be written to by others'],
    [
      'a group',
      () => {
        chownSync(stage.cache(), 0, 12345);
        chmodSync(stage.cache(), 0o775);
      },
      'may be written to by others than root',
    ],
    ['its owner', () => chownSync(stage.cache(), 12345, 0), 'belongs to user 12345'],
  ] as const) {
    it(`because of ${title} is refused by whoever reads it, with a forged note or without`, async () => {
      expose();
      for (const said of (await verdicts()).filter(said => said !== 'nothing')) expect(said).to.contain(why);
      await forge();

      for (const said of await verdicts()) expect(said).to.contain(why);
      expect(readFileSync(path()).equals(other)).to.equal(true);
      expect(images()).to.deep.equal(['.noble.img.json', 'noble.img']);
      expect(stage.server().log).to.deep.equal([]);
    });
  }

  it('by a link of theirs is refused by whoever reads it', async () => {
    const link = join(stage.work, `link-${process.hrtime.bigint()}`);
    symlinkSync(stage.cache(), link);
    lchownSync(link, 12345, 12345);
    await forge();

    for (const said of await verdicts(link)) expect(said).to.contain('is a link of user 12345');
  });

  it('by a link in a directory of theirs is refused by whoever reads it', async () => {
    const theirs = join(stage.work, `theirs-${process.hrtime.bigint()}`);
    mkdirSync(theirs);
    symlinkSync(stage.cache(), join(theirs, 'cache'));
    chownSync(theirs, 12345, 12345);
    await forge();

    for (const said of await verdicts(join(theirs, 'cache')))
      expect(said).to.contain(`${theirs} belongs to user 12345`);
  });

  it('that was theirs before still has their notes and images, which prove nothing', async () => {
    await forge();
    chownSync(sideFile(), 12345, 12345);
    expect((await knownImage(path()))?.record).to.equal(undefined);
    expect(await readImage({ image: UBUNTU, place: stage.cache(), checksum: undefined })).to.equal(undefined);

    chownSync(path(), 12345, 12345);
    writeFileSync(path(), image);
    const found = await report({ checksum });
    expect(found['path']).to.match(/noble-[0-9a-f]{8}\.img$/);
    expect(found).to.include({ cached: false });
  });

  it('has a file that others may write to: it is not used, whatever its digest is now', async () => {
    writeFileSync(path(), image);
    chmodSync(path(), 0o666);

    const { first, observed } = await run({ checksum });

    expect(first.kept).to.deep.equal({ path: path(), why: 'others than root may write to it' });
    expect(observed.path).to.match(/noble-[0-9a-f]{8}\.img$/);
  });

  it('has a note of ours that was opened to others since: it proves nothing any more', async () => {
    await report({ checksum });
    chmodSync(sideFile(), 0o666);

    expect((await knownImage(path()))?.record).to.equal(undefined);
    chmodSync(sideFile(), 0o644);
    renameSync(sideFile(), join(stage.cache(), 'elsewhere'));
    symlinkSync(join(stage.cache(), 'elsewhere'), sideFile());
    expect((await knownImage(path()))?.record).to.equal(undefined);
  });
});
