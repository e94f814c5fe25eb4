import { expect } from 'chai';
import { NETWORK } from '../../modules-src/http/network.fixture.ts';
import { readCachedImage } from '../../modules-src/images/cached.ts';
import { proofOf, type Source } from '../../modules-src/images/proof.ts';
import { createTransport } from '../../modules-src/http/request.ts';
import {
  answer,
  byPath,
  serve,
  type Scene,
  type ScriptedServer,
} from '../../modules-src/http/scripted-server.fixture.ts';
import { judge } from '../../modules-src/pve/images/cache.ts';
import { trustOf } from '../../modules-src/pve/images/trust.ts';

const DIGEST = 'a'.repeat(64);

/** A mirror of AlmaLinux: its path tells that the list of checksums is signed. */
const FOLDER = '/almalinux/9/cloud/x86_64/images';
const IMAGE = 'AlmaLinux-9-GenericCloud-latest.x86_64.qcow2';

describe('an image whose publisher is known to sign', () => {
  let server: ScriptedServer;
  const url = (): string => `${server.url}${FOLDER}/${IMAGE}`;
  const sums = answer(200, {}, `SHA256 (${IMAGE}) = ${DIGEST}\n`);
  afterEach(() => server.close());

  const source = async (): Promise<Source> => ({
    transport: await createTransport(NETWORK),
    patience: { retries: 0, retryDelay: 0 },
  });
  const proof = (verify: 'warn' | 'signed' | 'checksum' | 'unsigned') =>
    proofOf(url(), trustOf({ url: url(), verify }), source).then(({ digests }) => digests.join(), String);

  for (const [title, signature] of [
    ['is missing', answer(404)],
    ['is gone', answer(410)],
    ['is empty', answer(200)],
    ['is a web page', answer(200, {}, '<html>')],
    ['is none', answer(200, {}, '-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n')],
    ['leads elsewhere', answer(302, { Location: '/nowhere' })],
  ] as readonly (readonly [string, Scene])[]) {
    it(`is refused when the signature ${title}, by default and when one is demanded`, async () => {
      server = await serve(byPath({ [`${FOLDER}/CHECKSUM`]: sums, [`${FOLDER}/CHECKSUM.asc`]: signature }));

      for (const verify of ['warn', 'signed'] as const)
        expect(await proof(verify)).to.match(/^UserError: cannot/);
    });
  }

  it('says which policy does without', async () => {
    server = await serve(byPath({ [`${FOLDER}/CHECKSUM`]: sums }));

    expect(await proof('warn')).to.match(
      /answered 404 .*set .*verify.* to unsigned to do without the signature/,
    );
    expect(await proof('unsigned')).to.equal(`sha256:${DIGEST}`);
    expect(await proof('checksum')).to.equal(`sha256:${DIGEST}`);
  });

  it('is not good in the cache when nothing but its checksum vouches for it', async () => {
    server = await serve(answer(404));
    const wanted = { url: url(), trust: trustOf({ url: url(), verify: 'warn' }) };
    const none = await readCachedImage('/nowhere/x.img', wanted, source);
    const identity = { size: 1, inode: '1', mtimeNs: '1', ctimeNs: '1' };
    const record = {
      ...{ url: url(), digest: `sha256:${DIGEST}`, content: `sha256:${DIGEST}`, identity },
      verified: [`sha256:${server.url}${FOLDER}/CHECKSUM`],
      ...{ format: 'qcow2', virtualSize: 1, fetched: '2026-01-01T00:00:00.000Z' },
    };
    const good = (verified: readonly string[]): boolean =>
      judge(wanted, { ...none, file: identity, record: { ...record, verified } }).good;

    expect(good(record.verified)).to.equal(false);
    expect(good([...record.verified, 'signature:BF18AC2876178908D6E71267D36CB86CB86B3716'])).to.equal(true);
    expect(good([...record.verified, `signature:${'0'.repeat(40)}`])).to.equal(false);
  });
});
