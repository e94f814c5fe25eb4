import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitSignedMessage } from '../pve/images/signed-message.ts';
import { startKeyMaker, type KeyMaker } from './openpgp.fixture.ts';
import { findVerifier, verifySignature, type Verifier } from './openpgp.ts';
import { removePrivateFiles } from '../system/private-files.ts';

const TEXT = 'aaaa  noble.img\n- a line that begins with a dash\n';

describe('OpenPGP signatures', () => {
  let keys: KeyMaker;
  let directory: string;
  let byRevoked: Buffer;
  const fingerprints = { good: '', other: '', revoked: '', old: '', rsa: '', short: '' };
  before(function () {
    this.timeout(120_000);
    directory = mkdtempSync(join(tmpdir(), 'signed-'));
    keys = startKeyMaker();
    fingerprints.good = keys.makeKey('good');
    fingerprints.other = keys.makeKey('other');
    fingerprints.revoked = keys.makeKey('revoked');
    byRevoked = keys.sign(fingerprints.revoked, TEXT);
    keys.revoke(fingerprints.revoked);
    fingerprints.old = keys.makeKey('old', { made: '20200101T000000', expires: '1y' });
    fingerprints.rsa = keys.makeKey('rsa', { kind: 'rsa2048' });
    fingerprints.short = keys.makeKey('short', { kind: 'rsa1024' });
  });
  after(() => {
    keys.remove();
    removePrivateFiles();
    rmSync(directory, { recursive: true, force: true });
  });

  const verify = (
    verifier: Verifier,
    signature: Buffer,
    { text = TEXT, accepted = [] as readonly string[], keyring = keys.publicKeys([]) } = {},
  ): Promise<string> => {
    const file = join(directory, 'text');
    writeFileSync(file, text);
    return verifySignature(
      { file, signature, keyring, fingerprints: accepted },
      verifier,
      'SHA256SUMS',
    ).catch((error: unknown) => String(error));
  };

  for (const verifier of ['gpgv', 'sqv'] as const) {
    describe(`by ${verifier}`, () => {
      it('are good with armour and without, and tell the key', async () => {
        for (const armour of [true, false]) {
          const signature = keys.sign(fingerprints.good, TEXT, { armour });
          const keyring = keys.publicKeys([fingerprints.good], armour);

          expect(await verify(verifier, signature, { keyring })).to.equal(fingerprints.good);
        }
      });

      it('are good inside of a text, of which nothing else counts', async () => {
        const message = keys.sign(fingerprints.good, TEXT, { kind: '--clear-sign' }).toString();
        const signed = splitSignedMessage(`evil  noble.img\n${message}evil  noble.img\n`);

        expect(signed?.text).to.equal(TEXT.trimEnd());
        const signature = Buffer.from(signed?.signature ?? '');
        expect(await verify(verifier, signature, { text: signed?.text ?? '' })).to.equal(fingerprints.good);
      });

      it('are bad when the text was changed', async () => {
        const signature = keys.sign(fingerprints.good, TEXT);

        expect(await verify(verifier, signature, { text: 'bbbb  noble.img\n' })).to.match(
          /cannot trust SHA256SUMS: the signature does not fit: the file or the signature was changed; do not use/,
        );
      });

      it('are bad when another key made them', async () => {
        const signature = keys.sign(fingerprints.other, TEXT);
        const keyring = keys.publicKeys([fingerprints.good]);

        expect(await verify(verifier, signature, { keyring })).to.contain('a key that is not in the keyring');
        expect(await verify(verifier, signature, { accepted: [fingerprints.good] })).to.contain(
          `made with the key ${fingerprints.other}, and not with ${fingerprints.good}`,
        );
      });

      it('are bad when they have expired', async () => {
        const signature = keys.sign(fingerprints.old, TEXT, { at: '20200601T000000', expires: '30d' });

        expect(await verify(verifier, signature)).to.match(/its signature .*has expired/);
      });

      it('are bad when their key was revoked', async () => {
        expect(await verify(verifier, byRevoked)).to.contain('the key of its signature was revoked');
      });

      for (const digest of ['SHA1', 'RIPEMD160']) {
        it(`are bad when they are made over ${digest}`, async () => {
          const signature = keys.sign(fingerprints.good, TEXT, { digest });

          expect(await verify(verifier, signature)).to.match(
            new RegExp(`its signature rests on ${digest}, which is too weak to prove anything`, 'i'),
          );
        });
      }

      it('are good by an RSA key of 2048 bits, and bad by a shorter one', async () => {
        expect(await verify(verifier, keys.sign(fingerprints.rsa, TEXT))).to.equal(fingerprints.rsa);
        expect(await verify(verifier, keys.sign(fingerprints.short, TEXT))).to.contain(
          'its signature rests on RSA1024, which is too weak to prove anything',
        );
      });

      it('are good beside one that is too weak', async () => {
        const both = (
          [
            ['SHA1', fingerprints.good],
            ['SHA512', fingerprints.rsa],
          ] as const
        ).map(([digest, key]) => keys.sign(key, TEXT, { digest, armour: false }));

        expect(await verify(verifier, Buffer.concat(both))).to.equal(fingerprints.rsa);
      });

      it('are bad when they are something else', async () => {
        expect(await verify(verifier, Buffer.from('<html>'))).to.contain('there is no good signature');
      });
    });
  }

  it('are bad by gpgv when their key has expired since', async () => {
    const signature = keys.sign(fingerprints.old, TEXT, { at: '20200601T000000' });

    expect(await verify('gpgv', signature)).to.contain('the key of its signature has expired');
  });

  it('are verified by what the node has', async () => {
    writeFileSync(join(directory, 'sqv'), '', { mode: 0o755 });

    expect(await findVerifier(directory)).to.equal('sqv');
    expect(await findVerifier('/nowhere')).to.equal(undefined);
  });
});
