import { expect } from 'chai';
import { checksumText, parseChecksum } from './checksum.ts';

const SHA256 = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';

describe('parseChecksum', () => {
  it('reads <algorithm>:<hex digest>, in any case', () => {
    expect(parseChecksum(`sha256:${SHA256}`)).to.deep.equal({
      algorithm: 'sha256',
      digest: SHA256.toLowerCase(),
    });
  });

  it('tells the algorithm of a bare digest by its length', () => {
    const lengths = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };
    for (const [algorithm, length] of Object.entries(lengths)) {
      expect(parseChecksum('a'.repeat(length))).to.deep.equal({ algorithm, digest: 'a'.repeat(length) });
    }
  });

  it('reads the URL of a sums file', () => {
    const url = 'https://cloud-images.ubuntu.com/releases/24.04/release/SHA256SUMS';

    expect(parseChecksum(`sha256:${url}`)).to.deep.equal({ algorithm: 'sha256', digest: { url } });
  });

  for (const text of [
    'sha256:...',
    'sha256:',
    'sha256:abc',
    'sha512:' + SHA256,
    'crc32:12345678',
    'a'.repeat(63),
  ]) {
    it(`takes ${text.slice(0, 20)} for no checksum`, () => expect(parseChecksum(text)).to.equal(undefined));
  }

  it('is written the same way whatever it was read from', () => {
    const written = [SHA256, `sha256:${SHA256}`].map(text => checksumText(parseChecksum(text)!));

    expect(new Set(written)).to.deep.equal(new Set([`sha256:${SHA256.toLowerCase()}`]));
  });

  it('is shown and recorded without the login of its URL', () => {
    const checksum = parseChecksum('sha256:https://robot:hidden@mirror.test/SHA256SUMS')!;

    expect(checksum.digest).to.deep.equal({ url: 'https://robot:hidden@mirror.test/SHA256SUMS' });
    expect(checksumText(checksum)).to.equal('sha256:https://mirror.test/SHA256SUMS');
  });
});
