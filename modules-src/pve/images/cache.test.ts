import { expect } from 'chai';
import { judge, unknownsOf, type Unknowns } from './cache.ts';
import { trustOf } from './trust.ts';
import type { FileIdentity, ImageRecord } from '../../sdk/image.ts';

const A = `sha256:${'a'.repeat(64)}`;
const SUMS = 'sha256:https://images.test/SHA256SUMS';
const URL = 'https://images.test/noble.img';
const FILE: FileIdentity = { size: 600, inode: '7', mtimeNs: '1', ctimeNs: '2' };
const TOUCHED = { ...FILE, mtimeNs: '9' };
const RECORD: ImageRecord = {
  url: URL,
  digest: A,
  content: A,
  verified: [],
  identity: FILE,
  format: 'qcow2',
  virtualSize: 1,
  fetched: '2026-11-21T05:00:00.000Z',
};

const unknowns = (
  checksum: string | undefined,
  file?: FileIdentity,
  record?: ImageRecord,
  url = URL,
): Unknowns => unknownsOf({ url, trust: trustOf({ url, checksum, verify: 'warn' }) }, file, record);

describe('what must be read before a cached image can be judged', () => {
  const nothing = { digests: [], proof: false };

  it('is nothing when there is no file', () => {
    expect(unknowns(SUMS)).to.deep.equal(nothing);
  });

  it('is nothing for an untouched file that was verified against the same', () => {
    expect(unknowns(undefined, FILE, RECORD)).to.deep.equal(nothing);
    expect(unknowns(A, FILE, { ...RECORD, verified: [A] })).to.deep.equal(nothing);
    expect(unknowns(SUMS, FILE, { ...RECORD, verified: [SUMS] })).to.deep.equal(nothing);
  });

  it('is no digest when the record has the kind of digest that is wanted', () => {
    expect(unknowns(A, FILE, RECORD)).to.deep.equal({ digests: [], proof: true });
  });

  it('is the sums file when the image was not verified against it', () => {
    expect(unknowns(SUMS, FILE, RECORD)).to.deep.equal({ digests: [], proof: true });
    expect(
      unknowns(SUMS, FILE, { ...RECORD, verified: [SUMS], url: 'https://other.test/noble.img' }),
    ).to.have.property('proof', true);
  });

  it('is the digest of a file that was touched, in the kind of its record', () => {
    expect(unknowns(undefined, TOUCHED, RECORD)).to.deep.equal({ digests: ['sha256'], proof: false });
    expect(unknowns('b'.repeat(128), TOUCHED, RECORD)).to.deep.equal({
      digests: ['sha256', 'sha512'],
      proof: true,
    });
  });

  it('is the wanted kind of digest of a file that nothing is known about', () => {
    expect(unknowns(A, FILE)).to.deep.equal({ digests: ['sha256'], proof: true });
    expect(unknowns(undefined, FILE).digests).to.deep.equal([]);
  });

  it('is no digest of what was unpacked: nobody publishes one', () => {
    expect(unknowns(A, FILE, undefined, `${URL}.xz`).digests).to.deep.equal([]);
    const unpacked = { ...RECORD, content: `sha256:${'c'.repeat(64)}` };
    expect(unknowns('b'.repeat(128), FILE, unpacked).digests).to.deep.equal([]);
  });
});

describe('a cached image', () => {
  const SIGNER = 'signature:' + 'F'.repeat(40);
  const own = {
    url: URL,
    checksum: A,
    signature_url: `${URL}.asc`,
    keyring: '/keys.gpg',
    verify: 'warn',
  } as const;
  const cached = (verified: readonly string[], proof?: readonly string[]) => ({
    ...{ file: FILE, record: { ...RECORD, verified }, digests: [] },
    proof: proof === undefined ? undefined : { digests: [A], verified: proof },
  });

  it('that has the digest that is given is not good where a signature over it is demanded, too', () => {
    const wanted = { url: URL, trust: trustOf(own) };

    expect(unknownsOf(wanted, FILE, { ...RECORD, verified: [A] }).proof).to.equal(true);
    expect(judge(wanted, cached([A], [A]))).to.have.property('good', false);
    expect(judge(wanted, cached([A, SIGNER], [A]))).to.have.property('good', true);
    expect(judge(wanted, cached([A, SIGNER]))).to.have.property('good', true);
  });

  it('that was verified by less is good when the sums file and its signature say so now', () => {
    const wanted = { url: URL, trust: trustOf({ url: URL, checksum: SUMS, verify: 'warn' }) };

    expect(judge(wanted, cached([], [A, SUMS]))).to.deep.include({ good: true, verified: [A, SUMS] });
  });
});
