import { expect } from 'chai';
import { trustOf } from '../../pve/images/trust.ts';
import type { Lane } from '../../sdk/step.ts';
import { FETCH_DEFAULTS } from './defaults.fixture.ts';
import { fetchNotices, fetchReport, planFetch, type Wanted } from './plan.ts';
import type { CachedImage, FileIdentity, FoundImage, ImageRecord, Proof } from '../../sdk/image.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const A512 = `sha512:${'a'.repeat(128)}`;
const SUMS = 'sha256:https://images.test/release/SHA256SUMS';
const URL = 'https://images.test/release/noble.img';
const PATH = '/cache/noble.img';
const FILE: FileIdentity = { size: 600, inode: '7', mtimeNs: '1000000000000', ctimeNs: '2' };
const TOUCHED = { ...FILE, ctimeNs: '3' };

const RECORD: ImageRecord = {
  url: URL,
  digest: A,
  content: A,
  verified: [],
  identity: FILE,
  format: 'qcow2',
  virtualSize: 3758096384,
  fetched: '2026-11-21T05:00:00.000Z',
};

const wanted = (checksum?: string, more: Partial<Wanted> = {}): Wanted => ({
  url: URL,
  checksum,
  ...FETCH_DEFAULTS,
  retries: 3,
  retry_delay: 2,
  ...more,
});

const seen = (cached: Partial<CachedImage>, more: Partial<FoundImage> = {}): FoundImage => ({
  path: PATH,
  cached: { file: FILE, record: RECORD, digests: [], proof: undefined, ...cached },
  fetchedNow: false,
  news: 'same',
  refreshFailure: undefined,
  wasHashed: false,
  info: undefined,
  ...more,
});

/** The user's own digest. */
const own = (digest: string): Proof => ({ digests: [digest], verified: [digest] });

/** A sums file that lists the digest. */
const lists = (digest: string): Proof => ({ digests: [digest], verified: [SUMS] });

const summaries = (lanes: readonly Lane[]): string[] => lanes.flat().map(step => step.summary);

describe('the plan for a cached image', () => {
  it('fetches what is not there', () => {
    const [step] = planFetch(wanted(SUMS), seen({ file: undefined, record: undefined })).flat();

    expect(step?.summary).to.equal(`fetch ${URL} into ${PATH}`);
    expect(step?.action).to.deep.include({
      kind: 'fetch-image',
      url: URL,
      trust: trustOf(wanted(SUMS)),
    });
  });

  it('leaves an image alone that came from the URL, when no checksum is given', () => {
    expect(planFetch(wanted(), seen({}))).to.deep.equal([]);
  });

  it('leaves an image alone that was verified against the same before', () => {
    for (const checksum of [A, SUMS]) {
      const record = { ...RECORD, verified: [A, SUMS] };

      expect(planFetch(wanted(checksum), seen({ record }))).to.deep.equal([]);
    }
  });

  it('takes the digest in capitals, or bare, for the same', () => {
    const record = { ...RECORD, verified: [A] };

    expect(planFetch(wanted('A'.repeat(64)), seen({ record }))).to.deep.equal([]);
  });

  it('fetches again when the cached file of that name came from another URL', () => {
    const record = { ...RECORD, url: 'https://images.test/daily/noble.img' };

    expect(summaries(planFetch(wanted(), seen({ record })))).to.deep.equal([
      `fetch ${URL} into ${PATH}, because the cached file of that name came from https://images.test/daily/noble.img`,
    ]);
  });

  it('does not take the sums file of one URL for that of another', () => {
    const record = { ...RECORD, url: 'https://images.test/daily/noble.img', verified: [SUMS] };

    expect(planFetch(wanted(SUMS), seen({ record, proof: lists(B) }))).to.have.lengthOf(1);
  });

  it('takes an image from elsewhere when it has the digest that is wanted', () => {
    const record = { ...RECORD, url: 'https://mirror.test/noble.img', verified: [A] };

    expect(planFetch(wanted(A), seen({ record }))).to.deep.equal([]);
  });

  it('fetches again when the checksum that the user gives is another one', () => {
    expect(
      summaries(planFetch(wanted(B), seen({ record: { ...RECORD, verified: [A] }, proof: own(B) }))),
    ).to.deep.equal([`fetch ${URL} into ${PATH}, because the cached file has ${A}`]);
  });

  it('fetches again when the sums file lists another one', () => {
    expect(planFetch(wanted(SUMS), seen({ proof: lists(B) }))).to.have.lengthOf(1);
  });

  it('only notes what an unverified image was verified against later', () => {
    const [step] = planFetch(wanted(SUMS), seen({ proof: lists(A) })).flat();

    expect(step?.summary).to.equal(`note that ${PATH} was verified`);
    expect(step?.action).to.deep.include({ kind: 'note-image', path: PATH });
  });

  it('adds to what vouches for an image, so that two users do not undo each other', () => {
    const [step] = planFetch(
      wanted(SUMS),
      seen({ record: { ...RECORD, verified: [A] }, proof: lists(A) }),
    ).flat();

    expect(step?.changes?.[0]?.after).to.equal(`${A}, ${SUMS}`);
  });

  it('never writes over a file that was changed since', () => {
    const record = { ...RECORD, verified: [A] };
    for (const [want, more] of [
      [wanted(), {}],
      [wanted(A), { record }],
      [wanted(A, { force_download: true }), { record }],
      [wanted(undefined, { refresh: 'always' }), {}],
    ] as const)
      expect(() => planFetch(want, seen({ file: TOUCHED, digests: [B], ...more }))).to.throw(
        `${PATH}: it was changed since it was fetched, so it is not written over; move it away, or set the checksum to ${B}`,
      );
  });

  it('only notes that a file which was touched still has its bytes', () => {
    const record = { ...RECORD, verified: [A] };

    expect(summaries(planFetch(wanted(A), seen({ file: TOUCHED, record, digests: [A] })))).to.deep.equal([
      `note that ${PATH} was verified`,
    ]);
  });

  it('never trusts a file by its name, nor writes over it', () => {
    const adopted = { ...RECORD, adopted: true } as const;
    for (const [want, more, why] of [
      [wanted(), { record: undefined }, 'this role did not put it there'],
      [wanted(A, { force_download: true }), { record: adopted }, 'this role did not put it there'],
      [wanted(A, { force_download: true }), { isLink: true }, 'it is a link'],
      [wanted(A512), { hasForeignNote: true }, "the file with its note is not this role's"],
    ] as const)
      expect(() => planFetch(want, seen(more))).to.throw(`${PATH}: ${why}, so it is not written over`);
  });

  it('takes a file that was put there by hand once its checksum proves it', () => {
    const observed = seen(
      { record: undefined, digests: [A], proof: own(A) },
      { info: { format: 'qcow2', virtualSize: 9 } },
    );

    const [step] = planFetch(wanted(A), observed).flat();

    expect(step?.action).to.have.property('kind', 'note-image');
    expect(step?.action)
      .to.have.property('record')
      .that.deep.includes({ verified: [A] });
  });

  it('does not compare the checksum of a download with what was unpacked from it', () => {
    const url = `${URL}.xz`;
    const unpacked = { ...RECORD, url, content: B };

    expect(planFetch(wanted(A, { url }), seen({ record: { ...unpacked, verified: [A] } }))).to.deep.equal([]);
    expect(summaries(planFetch(wanted(B, { url }), seen({ record: unpacked, proof: own(B) })))[0]).to.match(
      /^fetch /,
    );
    expect(() =>
      planFetch(wanted(A, { url }), seen({ record: undefined, digests: [A], proof: own(A) })),
    ).to.throw('this role did not put it there, so it is not written over; move it away');
  });

  it('compares by another kind of digest when the user gives one', () => {
    expect(summaries(planFetch(wanted(A512), seen({ digests: [A512], proof: own(A512) })))).to.deep.equal([
      `note that ${PATH} was verified`,
    ]);
  });

  it('verifies again an image that no signature vouches for, when one is demanded', () => {
    const signed = wanted(SUMS, { verify: 'signed', keyring: '/keys.gpg' });
    const record = { ...RECORD, verified: [SUMS] };
    const proof = { digests: [A], verified: [SUMS, 'signature:ABCD'] };

    expect(summaries(planFetch(signed, seen({ record, proof })))).to.deep.equal([
      `note that ${PATH} was verified`,
    ]);
    expect(planFetch(signed, seen({ record: { ...RECORD, verified: proof.verified } }))).to.deep.equal([]);
  });

  it('fetches a good image when told to, once', () => {
    const again = wanted(undefined, { force_download: true });

    expect(summaries(planFetch(again, seen({})))[0]).to.contain('another download was asked for');
    expect(planFetch(again, seen({}, { fetchedNow: true }))).to.deep.equal([]);
  });

  it('fetches what its server has another version of, and whatever is always to be fetched', () => {
    expect(summaries(planFetch(wanted(), seen({}, { news: 'another' })))[0]).to.contain(
      'because its server has another version',
    );
    const always = wanted(undefined, { refresh: 'always' });
    expect(summaries(planFetch(always, seen({})))[0]).to.contain('another download was asked for');
    expect(planFetch(always, seen({}, { fetchedNow: true, news: 'another' }))).to.deep.equal([]);
  });

  it('shows no login of a URL', () => {
    const url = 'https://user:hidden@images.test/release/noble.img';

    expect(planFetch(wanted(undefined, { url }), seen({}))).to.deep.equal([]);
    const lanes = planFetch(wanted(undefined, { url }), seen({ file: undefined }));
    expect(summaries(lanes)[0]).to.not.contain('hidden');
    expect(lanes[0]?.[0]?.action).to.have.property('url', url);
  });
});

describe('what is told about a cached image', () => {
  it('warns loudly when nothing verified it', () => {
    expect(fetchNotices(wanted(), seen({})).warnings?.[0]).to.match(/IS NOT VERIFIED.*set the checksum/);
    expect(fetchNotices(wanted(), seen({ record: { ...RECORD, verified: [A] } }))).to.deep.equal({});
    expect(fetchNotices(wanted(A), seen({ file: undefined, record: undefined }))).to.deep.equal({});
  });

  it('says what it is and what vouches for it', () => {
    expect(fetchReport(wanted(A), seen({ record: { ...RECORD, verified: [A] } }))).to.deep.equal({
      path: PATH,
      url: URL,
      summary: 'qcow2, verified by checksum',
      checksum: A,
      verified: 'checksum',
      size: 600,
      virtual_size: 3758096384,
      format: 'qcow2',
      cached: true,
      known_by: 'record',
    });
  });

  it('says of an image that is still to come why it is', () => {
    const report = (...found: Parameters<typeof seen>) => fetchReport(wanted(B), seen(...found));

    expect(report({})).to.deep.equal({
      path: PATH,
      url: URL,
      cached: false,
      summary: 'to be fetched anew, because nothing vouches for the cached file as it is demanded',
      next_image: 'unknown',
    });
    expect(report({ file: undefined, record: undefined })).to.include({ summary: 'to be fetched' });
    expect(report({ proof: lists(B) })).to.include({ next_image: 'another' });
  });

  it('says what a download brings that was asked for in any case: that it was tells nothing of it', () => {
    const always = wanted(undefined, { refresh: 'always' });
    const next = (more: Partial<FoundImage>) => fetchReport(always, seen({}, more))['next_image'];

    expect(next({ news: 'same' })).to.equal('same');
    expect(next({ news: 'another' })).to.equal('another');
    expect(next({ news: 'unknown' })).to.equal('unknown');
    expect(next({ news: 'unknown', refreshFailure: 'it is away' })).to.equal('unknown');
    expect(fetchReport(wanted(), seen({}, { news: 'unknown', refreshFailure: 'it is away' }))).to.include({
      cached: true,
    });
  });
});
