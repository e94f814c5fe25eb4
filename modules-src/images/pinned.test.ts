import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { appendFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { ownFolder } from '../system/own-folder.fixture.ts';
import { metadataPath, renderImageRecord } from '../pve/images/file.ts';
import { fileIdentity } from '../system/file-identity.ts';
import { knownImage, withNobodyImporting, withPinned } from './pinned.ts';

const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('the image that is imported', () => {
  const at = ownFolder();
  let path = '';
  beforeEach(async () => {
    path = at('noble.img');
    writeFileSync(path, 'verified bytes');
    const content = digest('verified bytes');
    const record = {
      url: 'https://images.test/noble.img',
      digest: content,
      content,
      verified: [content],
      identity: (await fileIdentity(path))!,
      format: 'raw',
      virtualSize: 14,
      fetched: '2026-01-01T00:00:00.000Z',
    };
    writeFileSync(metadataPath(path), renderImageRecord(record));
  });

  const replace = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };

  it('is the one that was verified', async () => {
    expect((await knownImage(path))?.record?.content).to.equal(digest('verified bytes'));
  });

  for (const [title, change] of [
    ['written to', () => appendFileSync(path, '!')],
    ['replaced by one of the same size', () => replace('other    bytes')],
    [
      'replaced by one of the same size and time',
      () => {
        replace('other    bytes');
        utimesSync(path, 1, 1);
      },
    ],
  ] as const) {
    it(`is refused when the file was ${title} since`, async () => {
      change();

      expect(await knownImage(path).catch(String)).to.contain('it was changed since; fetch it again');
    });
  }

  it('may have been copied back or touched: its bytes count', async () => {
    replace('verified bytes');

    expect((await knownImage(path))?.record?.content).to.equal(digest('verified bytes'));
  });

  it('may be a file of the user, of which nothing is recorded, or be missing', async () => {
    rmSync(metadataPath(path));

    expect((await knownImage(path))?.record).to.equal(undefined);
    expect(await knownImage(`${path}.other`)).to.equal(undefined);
  });

  it('is not read when it was changed between the look and the import', async () => {
    const { identity } = (await knownImage(path))!;
    replace('other    bytes');
    let wasRead = false;
    const read = (): Promise<void> => Promise.resolve(void (wasRead = true));

    expect(await withPinned({ path, identity }, read).catch(String)).to.contain('run the play again');
    expect(wasRead).to.equal(false);
  });

  it('that was changed during the import is told of, loudly', async () => {
    const { identity } = (await knownImage(path))!;
    const read = (): Promise<void> => appendFile(path, '!');

    expect(await withPinned({ path, identity }, read).catch(String)).to.contain(
      'nobody knows what the new disk',
    );
  });

  it('is replaced only when nobody imports it any more', async () => {
    const { identity } = (await knownImage(path))!;
    const order: string[] = [];
    let started = (): void => undefined;
    const isImporting = new Promise<void>(resolve => (started = resolve));
    const importing = withPinned({ path, identity }, async () => {
      started();
      await new Promise(resolve => setTimeout(resolve, 100));
      order.push('imported');
    });
    await isImporting;
    await withNobodyImporting(path, () => {
      order.push('replaced');
      return Promise.resolve();
    });
    await importing;

    expect(order).to.deep.equal(['imported', 'replaced']);
  });
});
