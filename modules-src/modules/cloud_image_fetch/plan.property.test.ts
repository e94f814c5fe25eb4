import { expect } from 'chai';
import fc from 'fast-check';
import { checksumText } from '../../pve/images/checksum.ts';
import { unknownsOf } from '../../pve/images/cache.ts';
import { isUntouched } from '../../pve/images/file.ts';
import type { Action, Step } from '../../sdk/step.ts';
import { whyInTheWay } from '../../pve/images/ownership.ts';
import { planFetch, wishOf, type Wanted } from './plan.ts';
import type {
  CachedImage,
  FileIdentity,
  FoundImage,
  ImageRecord,
  ImageTrust,
  Proof,
} from '../../sdk/image.ts';

const digests = ['a', 'b'].flatMap(digit => [`sha256:${digit.repeat(64)}`, `sha512:${digit.repeat(128)}`]);
const lists = ['sha256:https://images.test/SHA256SUMS', 'sha256:https://mirror.test/SHA256SUMS'];
const urls = ['https://images.test/x.img', 'https://mirror.test/x.img', 'https://images.test/x.img.xz'];
const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const identity: fc.Arbitrary<FileIdentity> = fc.record({
  size: fc.integer({ min: 1, max: 2 }),
  inode: oneOf(['1', '2']),
  mtimeNs: fc.constant('1000000000'),
  ctimeNs: fc.constant('1'),
});
const download: fc.Arbitrary<ImageRecord> = fc.record({
  url: oneOf(urls),
  digest: oneOf(digests),
  content: oneOf(digests),
  verified: fc.subarray([...digests, ...lists]),
  identity,
  format: fc.constant('qcow2'),
  virtualSize: fc.constant(1),
  fetched: fc.constant('2026-11-21T05:00:00.000Z'),
});
const record = fc.oneof(
  download,
  download.map((noted): ImageRecord => ({ ...noted, adopted: true })),
);
const anyWanted: fc.Arbitrary<Wanted> = fc
  .record({
    url: oneOf(urls),
    checksum: oneOf([undefined, ...digests, ...lists]),
    verify: oneOf(['warn', 'checksum'] as const),
    force_download: fc.boolean(),
    refresh: oneOf(['never', 'if-changed', 'always'] as const),
    verify_cache: oneOf(['record', 'full'] as const),
    reserve: fc.constant('0'),
    validate_certs: fc.constant(true),
    connect_timeout: fc.constant(30),
    stall_timeout: fc.constant(60),
    retries: fc.constant(0),
    retry_delay: fc.constant(0),
  })
  // Without a checksum, that policy is refused.
  .filter(({ checksum, verify }) => checksum !== undefined || verify !== 'checksum');

/** A node as it is, from which `observe` reads only what it needs. */
interface World {
  readonly file: FileIdentity | undefined;
  readonly record: ImageRecord | undefined;
  /** One digest per algorithm of the file as it is. */
  readonly contents: readonly string[];
  readonly listed: string;
  readonly fetchedNow: boolean;
}
const world: fc.Arbitrary<World> = fc.record({
  file: fc.option(identity, { nil: undefined }),
  record: fc.option(record, { nil: undefined }),
  contents: oneOf([digests.slice(0, 2), digests.slice(2)]),
  listed: oneOf(['a', 'b'].map(digit => `sha256:${digit.repeat(64)}`)),
  fetchedNow: fc.boolean(),
});

/** What the sums file, if there is one, and the user's own digest say. */
function proofOf({ checksum, list }: ImageTrust, listed: string): Proof {
  const own = typeof checksum?.digest === 'string' ? [checksumText(checksum)] : [];
  if (list === undefined) return { digests: own, verified: own };
  return { digests: [...own, listed], verified: [...own, `${list.algorithm}:${list.url}`] };
}

function observe(wanted: Wanted, { file, record: noted, contents, listed, fetchedNow }: World): FoundImage {
  const doubt = {
    file: wanted.verify_cache === 'full' && noted !== undefined && !fetchedNow,
    list: wanted.refresh === 'if-changed' && !fetchedNow,
  };
  const unknowns = unknownsOf(wishOf(wanted), file, noted, doubt);
  const read = contents.filter(digest =>
    unknowns.digests.some(algorithm => digest.startsWith(`${algorithm}:`)),
  );
  const cached: CachedImage = {
    file,
    record: noted,
    digests: read,
    isRehashed: doubt.file,
    proof: unknowns.proof ? proofOf(wishOf(wanted).trust, listed) : undefined,
  };
  return {
    path: '/cache/x.img',
    cached,
    fetchedNow,
    news: 'same',
    refreshFailure: undefined,
    wasHashed: read.length > 0,
    info: { format: 'qcow2', virtualSize: 1 },
  };
}

/** What performing an action does to the node; the server gives what the checksum wants, as others are refused. */
function perform(action: Action, before: World): World {
  if (action.kind === 'note-image') return { ...before, record: action.record };
  if (action.kind !== 'fetch-image') throw new Error(`no such step is planned: ${action.kind}`);
  const { trust, url } = action;
  const proof = proofOf(trust, before.listed);
  const file = { size: 9, inode: '9', mtimeNs: '9', ctimeNs: '9' };
  const digest = proof.digests[0] ?? before.listed;
  const noted: ImageRecord = {
    url,
    digest,
    content: url.endsWith('.xz') ? `sha256:${'c'.repeat(64)}` : digest,
    verified: proof.verified,
    identity: file,
    format: 'qcow2',
    virtualSize: 1,
    fetched: '2026-11-21T06:00:00.000Z',
  };
  return { ...before, file, record: noted, fetchedNow: true };
}

/** What is planned; nothing where somebody's own file is in the way. */
function planned(wanted: Wanted, before: World): readonly Step[] | undefined {
  const observed = observe(wanted, before);
  if (whyInTheWay(wishOf(wanted), observed) === undefined) return planFetch(wanted, observed).flat();
  expect(() => planFetch(wanted, observed)).to.throw('so it is not written over');
  return undefined;
}

describe('the plan for any cached image', () => {
  it('has at most one step, after which there is nothing left to do', () => {
    fc.assert(
      fc.property(anyWanted, world, (wanted, before) => {
        const steps = planned(wanted, before);
        if (steps === undefined) return;
        const after = steps.reduce((now, step) => perform(step.action, now), before);

        expect(steps.length).to.be.lessThan(2);
        expect(planFetch(wanted, observe(wanted, after))).to.deep.equal([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes over nothing but the bytes that were fetched', () => {
    fc.assert(
      fc.property(anyWanted, world, (wanted, before) => {
        const [step] = planned(wanted, before) ?? [];
        if (step?.action.kind !== 'fetch-image' || before.file === undefined) return;
        const { record: noted, contents, file } = before;
        const isSame = isUntouched({ identity: noted!.identity }, file) || contents.includes(noted!.content);

        expect({ isSame, adopted: noted!.adopted }).to.deep.equal({ isSame: true, adopted: undefined });
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves a record that tells the truth about the bytes', () => {
    fc.assert(
      fc.property(anyWanted, world, (wanted, before) => {
        const { checksum } = wishOf(wanted).trust;
        fc.pre(typeof checksum?.digest === 'string');
        const action = planned(wanted, before)?.[0]?.action;
        const after = action?.kind === 'note-image' ? perform(action, before) : undefined;
        const untouched = before.record?.identity.inode === before.file?.inode;

        if (after !== undefined && !untouched) expect(before.contents).to.include(after.record?.content);
      }),
      { numRuns: 2000 },
    );
  });
});
