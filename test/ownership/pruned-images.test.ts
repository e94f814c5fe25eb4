import { expect } from 'chai';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFile } from '../../modules-src/images/claimed-file.ts';
import { keepForImport } from '../../modules-src/images/lease.ts';
import { withPinned } from '../../modules-src/images/pinned.ts';
import { imageLock, prunableIn } from '../../modules-src/images/prunable.ts';
import { removeUnused } from '../../modules-src/images/remove-image.ts';
import { renderImageRecord } from '../../modules-src/pve/images/file.ts';
import { fileIdentity } from '../../modules-src/system/file-identity.ts';
import { withLock } from '../../modules-src/system/file-lock.ts';
import { watchOthers } from './others.ts';
import type { ImageRecord } from '../../modules-src/sdk/image.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const GIVEN_UP = ['given-up.img.member', 'given-up.img.part', 'given-up.img.unpacked'];
const OLD = new Date('2001-01-01');

describe('pruning of the image cache', () => {
  const others = watchOthers();
  let cache = '';
  const at = (name: string): string => join(cache, name);
  const sideFile = (name: string): string => at(`.${name}.json`);
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'prune-'));
  });
  afterEach(() => {
    expect(others.changed()).to.deep.equal([]);
    rmSync(cache, { recursive: true });
  });
  after(() => others.tell('files'));

  /** An image that was fetched years ago. */
  async function fetched(name: string, more: Partial<ImageRecord> = {}): Promise<void> {
    writeFileSync(at(name), 'image');
    utimesSync(at(name), OLD, OLD);
    await note(name, more);
  }

  async function note(name: string, more: Partial<ImageRecord> = {}): Promise<void> {
    const record: ImageRecord = {
      ...{ url: `https://images.test/${name}`, digest: DIGEST, content: DIGEST, verified: [DIGEST] },
      identity: (await fileIdentity(at(name)))!,
      ...{ format: 'raw', virtualSize: 5, fetched: OLD.toISOString() },
      ...more,
    };
    writeFileSync(sideFile(name), renderImageRecord(record));
  }

  const found = async (configs: readonly string[] = []): Promise<string[]> =>
    (await prunableIn(cache, configs, 30, at('wanted.img'))).map(({ path }) => path.slice(cache.length + 1));

  /** Also when the plan was made before. */
  async function expectKept(name: string, configs: readonly string[] = []): Promise<void> {
    others.remember(at(name));
    expect(await found(configs)).to.deep.equal([]);
    await removeUnused({ path: at(name), days: 30 }, configs);
    expect(existsSync(at(name))).to.equal(true);
  }

  it('removes an old image that no VM uses, and leaves nothing of it', async () => {
    await fetched('old.img');
    others.put(at('mine.img'), 'mine');
    expect(await found()).to.deep.equal(['old.img']);

    await removeUnused({ path: at('old.img'), days: 30 }, []);

    expect(readdirSync(cache)).to.deep.equal(['mine.img']);
  });

  for (const [title, change] of [
    ['written to', (path: string) => appendFileSync(path, '!')],
    ['replaced by a copy of itself', (path: string) => replace(path, 'image')],
    ['replaced by one of the same size and times', (path: string) => replace(path, 'mine!')],
    ['touched', (path: string) => utimesSync(path, OLD, new Date('2002-02-02'))],
    ['given another mode', (path: string) => chmodSync(path, 0o600)],
    ['given another owner', (path: string) => chownSync(path, 12345, 12345)],
    ['given another name besides', (path: string) => linkSync(path, `${path}.mine`)],
    [
      'moved away, with a link in its place',
      (path: string) => {
        renameSync(path, `${path}.mine`);
        symlinkSync(`${path}.mine`, path);
      },
    ],
  ] as const) {
    it(`keeps an image that was ${title} since`, async () => {
      await fetched('old.img');
      change(at('old.img'));

      await expectKept('old.img');
    });
  }

  function replace(path: string, text: string): void {
    copyFileSync(path, `${path}.new`);
    writeFileSync(`${path}.new`, text);
    utimesSync(`${path}.new`, OLD, OLD);
    renameSync(`${path}.new`, path);
  }

  it('keeps what its owner had put there, although it has a record', async () => {
    await fetched('old.img', { adopted: true });

    await expectKept('old.img');
  });

  it('believes no record that another user may have written', async () => {
    await fetched('old.img');
    chownSync(sideFile('old.img'), 12345, 12345);
    await expectKept('old.img');
    chownSync(sideFile('old.img'), 0, 0);
    chmodSync(sideFile('old.img'), 0o666);
    await expectKept('old.img');
    writeFileSync(sideFile('other.img'), 'my own notes');
    others.remember(sideFile('other.img'));
    expect(await found()).to.deep.equal([]);
  });

  it('keeps what a VM came from or has attached, also when it does so since the plan was made', async () => {
    await fetched('old image.img');
    for (const config of ['a'.repeat(64), 'old image.img', 'old%20image.img'])
      await expectKept('old image.img', [`name: x\n#${config}\n`]);
  });

  it('keeps what another run has looked at, and is about to import', async () => {
    await fetched('old.img');
    const seen = (await fileIdentity(at('old.img')))!;
    expect(await found()).to.deep.equal(['old.img']);

    expect(await keepForImport(at('old.img'), seen)).to.equal(true);

    await expectKept('old.img');
    expect(readdirSync(cache)).to.deep.equal(['.old.img.json', 'old.img']);
  });

  it('tells a run that looked, when the image went before it could say so', async () => {
    await fetched('old.img');
    const seen = (await fileIdentity(at('old.img')))!;
    rmSync(at('old.img'));

    expect(await keepForImport(at('old.img'), seen)).to.equal(false);
  });

  it('writes nothing for an image that was of use in the last hours', async () => {
    await fetched('new.img', { fetched: new Date().toISOString() });
    const before = readFileSync(sideFile('new.img'), 'utf8');

    expect(await keepForImport(at('new.img'), (await fileIdentity(at('new.img')))!)).to.equal(true);

    expect(readFileSync(sideFile('new.img'), 'utf8')).to.equal(before);
  });

  it('keeps what is imported or fetched right now', async () => {
    await fetched('old.img');
    const identity = (await fileIdentity(at('old.img')))!;

    await withPinned({ path: at('old.img'), identity }, () => expectKept('old.img'));
    expect(await found()).to.deep.equal(['old.img']);
    await withLock(imageLock(at('old.img')), async () => expect(await found()).to.deep.equal([]));
  });

  it('removes a note whose image is gone', async () => {
    await fetched('old.img');
    rmSync(at('old.img'));
    expect(await found()).to.deep.equal(['old.img']);

    await removeUnused({ path: at('old.img'), days: 30 }, []);

    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it('removes a download that was given up, and no part that is somebody else’s', async () => {
    for (const name of [...GIVEN_UP, 'other.img.part']) {
      await claimFile(at(name), { url: 'https://images.test/given-up.img' });
      writeFileSync(at(name), 'half an image');
      utimesSync(at(name), OLD, OLD);
    }
    rmSync(at('other.img.part'));
    others.put(at('other.img.part'), 'half an image');
    utimesSync(at('other.img.part'), OLD, OLD);
    others.remember(at('other.img.part'));
    others.put(at('mine.img.part'), 'half an image');

    const names = await found();
    expect(names.sort()).to.deep.equal(GIVEN_UP);
    for (const name of [...names, 'other.img.part', 'mine.img.part'])
      await removeUnused({ path: at(name), days: 30 }, []);

    expect(
      readdirSync(cache)
        .filter(name => !name.startsWith('.'))
        .sort(),
    ).to.deep.equal(['mine.img.part', 'other.img.part']);
  });
});
