import { expect } from 'chai';
import { UserError } from '../../../sdk/error.ts';
import type { Algorithm } from '../checksum.ts';
import { LAYOUTS, MD5, SHA1, SHA256, SHA512 } from './layouts.fixture.ts';
import { digestFromList, listText } from './list.ts';

const DIGESTS: Partial<Record<Algorithm, string>> = { md5: MD5, sha1: SHA1, sha256: SHA256, sha512: SHA512 };

const FOLDER = 'https://me:secret@mirror.test/images/release';

describe('the digest of an image in a sums file', () => {
  for (const { who, list, as = 'SHA256SUMS', image = 'disk.img', algorithm = 'sha256', refused } of LAYOUTS) {
    const find = () =>
      digestFromList(list, { imageUrl: `${FOLDER}/${image}`, listUrl: `${FOLDER}/${as}`, algorithm });

    if (refused === undefined)
      it(`is found: ${who}`, () => {
        expect(find()).to.equal(`${algorithm}:${DIGESTS[algorithm] ?? ''}`);
      });
    else
      it(`is refused, without the login of a URL: ${who}`, () => {
        expect(find).to.throw(UserError, refused).with.property('message').that.does.not.contain('secret');
      });
  }

  it('is read from UTF-16, as PowerShell writes it', () => {
    expect(listText(Buffer.from(`\uFEFF${SHA256}  disk.img`, 'utf16le'))).to.equal(`${SHA256}  disk.img`);
  });
});
