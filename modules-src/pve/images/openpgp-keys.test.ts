import { expect } from 'chai';
import fc from 'fast-check';
import { weaknessOfKeys } from './openpgp-keys.ts';

/** A public key of version 4: when it was made, its algorithm, and its first number. */
const rsa = (bits: number): Buffer =>
  Buffer.concat([Buffer.from([4, 0, 0, 0, 1, 1, bits >> 8, bits & 0xff]), Buffer.alloc(bits / 8, 7)]);

const oldFormat = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x99, body.length >> 8, body.length & 0xff]), body]);
const newFormat = (body: Buffer): Buffer => {
  const long = body.length - 192;
  return Buffer.concat([
    Buffer.from(long < 0 ? [0xc6, body.length] : [0xc6, (long >> 8) + 192, long & 0xff]),
    body,
  ]);
};
const longFormat = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xc6, 255, 0, 0, body.length >> 8, body.length & 0xff]), body]);

describe('the keys of a keyring', () => {
  it('are weak when they are short, however their packets are written', () => {
    for (const written of [oldFormat, newFormat, longFormat]) {
      const keyring = Buffer.concat([written(rsa(1024)), written(rsa(2048)), written(rsa(1536))]);

      expect([...weaknessOfKeys(keyring).values()]).to.deep.equal(['RSA1024', undefined, 'RSA1536']);
    }
  });

  it('are none in what is cut off or no keyring at all', () => {
    expect([...weaknessOfKeys(oldFormat(rsa(2048)).subarray(0, 99)).keys()]).to.deep.equal([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 99 }), bytes => void weaknessOfKeys(Buffer.from(bytes))),
    );
  });
});
