import { expect } from 'chai';
import { optionName } from '../../sdk/option-name.ts';
import { trustOf, type TrustWishes } from './trust.ts';

const UBUNTU = 'https://cloud-images.ubuntu.com/noble/current/x.img';
const DEBIAN = 'https://cloud.debian.org/images/cloud/trixie/latest/x.qcow2';
const OTHER = 'https://images.test/x.img';
const DIGEST = `sha256:${'a'.repeat(64)}`;

const trust = (url: string, more: Partial<TrustWishes> = {}) => trustOf({ url, verify: 'warn', ...more });

describe('trust in an image', () => {
  it('rests on the signature over the sums file of a publisher that signs, without being told', () => {
    const { list, signature } = trust(UBUNTU);

    expect(list?.url).to.equal('https://cloud-images.ubuntu.com/noble/current/SHA256SUMS');
    expect(signature?.urls).to.deep.equal(['https://cloud-images.ubuntu.com/noble/current/SHA256SUMS.gpg']);
  });

  it('rests on the sums file of a publisher that does not sign', () => {
    const { list, signature } = trust(DEBIAN);

    expect(list?.url).to.match(/SHA512SUMS$/);
    expect(signature).to.equal(undefined);
  });

  it('rests on the digest that the user gives, and asks nobody else', () => {
    expect(trust(UBUNTU, { checksum: DIGEST })).to.include({ list: undefined, signature: undefined });
  });

  it('rests on both, when a signature is demanded and the digest is given', () => {
    const { checksum, list, signature } = trust(UBUNTU, { checksum: DIGEST, verify: 'signed' });

    expect(checksum?.digest).to.equal('a'.repeat(64));
    expect(list?.url).to.match(/SHA256SUMS$/);
    expect(signature?.urls).to.have.lengthOf(1);
  });

  it('asks for no signature where a checksum is enough', () => {
    for (const verify of ['checksum', 'unsigned'] as const)
      expect(trust(UBUNTU, { verify }).signature).to.equal(undefined);
  });

  it('rests on the user’s own keys and signature, which then must be good', () => {
    const own = trust(OTHER, {
      checksum: 'sha256:https://images.test/SUMS',
      signature_url: 'https://images.test/SUMS.asc',
      keyring: '/etc/keys.asc',
    });

    expect(own).to.deep.include({
      policy: 'signed',
      signature: { urls: ['https://images.test/SUMS.asc'], fingerprints: [], keyrings: ['/etc/keys.asc'] },
    });
  });

  it('takes a sums file that holds its signature', () => {
    const inside = trust(OTHER, {
      checksum: 'sha256:https://images.test/CHECKSUM',
      keyring: '/etc/keys.asc',
    });

    expect(inside.signature?.urls).to.deep.equal([]);
  });

  it('is refused when the policy asks for more than there is, with the way out', () => {
    expect(() => trust(DEBIAN, { verify: 'signed' })).to.throw(
      `Debian publishes no signature for it; set ${optionName('cloud_image_signature_url')} and ${optionName('cloud_image_keyring')}`,
    );
    expect(() => trust(OTHER, { verify: 'signed' })).to.throw(/no signature of it is known/);
    expect(() => trust(OTHER, { verify: 'checksum' })).to.throw(
      `no checksum of it is known; set ${optionName('cloud_image_checksum')} to`,
    );
    expect(() => trust(OTHER, { signature_url: 'https://images.test/x.asc' })).to.throw(
      `set ${optionName('cloud_image_keyring')} to a file`,
    );
  });
});
