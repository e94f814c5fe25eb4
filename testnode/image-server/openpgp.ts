import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

/*
 * A signing key and its signatures as OpenPGP has them (RFC 4880 with EdDSA as GnuPG writes it), so that the server needs no
 * GnuPG: version 4, Ed25519, SHA-256.
 */

/** A secret key that can be written to a file, and when it was made, which its fingerprint depends on. */
export interface SigningKey {
  readonly pem: string;
  /** Seconds since 1970. */
  readonly made: number;
}

const [SIGNATURE, PUBLIC_KEY, USER_ID] = [2, 6, 13];
const [OVER_BYTES, OVER_USER_ID] = [0x00, 0x13];
const [EDDSA, SHA256] = [22, 8];
/** Length and number of the curve Ed25519. */
const CURVE = Buffer.from('092b06010401da470f01', 'hex');
/** Subpackets: when it was made, what the key may do (certify and sign), who made it. */
const [MADE, MAY, ISSUER, ISSUER_FINGERPRINT] = [2, 27, 16, 33];
const CERTIFIES_AND_SIGNS = Buffer.of(0x03);

export const makeSigningKey = (): SigningKey => ({
  pem: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  made: Math.floor(Date.now() / 1000) - 60,
});

/** The public key as a keyring holds it: itself, a name, and its own word that the two belong together. */
export function publicKeyring(key: SigningKey, name: string): Buffer {
  const [body, id] = [publicBody(key), Buffer.from(name)];
  const own = Buffer.concat([hashedKey(body), Buffer.of(0xb4), number(id.length, 4), id]);
  return Buffer.concat([
    packet(PUBLIC_KEY, body),
    packet(USER_ID, id),
    packet(SIGNATURE, signatureBody(key, OVER_USER_ID, own, [subpacket(MAY, CERTIFIES_AND_SIGNS)])),
  ]);
}

/** A detached signature. */
export const signatureOver = (content: Buffer, key: SigningKey): Buffer =>
  packet(SIGNATURE, signatureBody(key, OVER_BYTES, content, []));

function signatureBody(key: SigningKey, type: number, content: Buffer, more: readonly Buffer[]): Buffer {
  const print = createHash('sha1')
    .update(hashedKey(publicBody(key)))
    .digest();
  const hashed = Buffer.concat([
    subpacket(ISSUER_FINGERPRINT, Buffer.concat([Buffer.of(4), print])),
    subpacket(MADE, number(key.made, 4)),
    ...more,
  ]);
  const head = Buffer.concat([Buffer.of(4, type, EDDSA, SHA256), number(hashed.length, 2), hashed]);
  const unhashed = subpacket(ISSUER, print.subarray(-8));
  const digest = createHash('sha256')
    .update(content)
    .update(head)
    .update(Buffer.concat([Buffer.of(4, 0xff), number(head.length, 4)]))
    .digest();
  const signature = sign(null, digest, createPrivateKey(key.pem));
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  return Buffer.concat([
    ...[head, number(unhashed.length, 2), unhashed],
    ...[digest.subarray(0, 2), integer(r), integer(s)],
  ]);
}

function publicBody({ pem, made }: SigningKey): Buffer {
  const point = createPublicKey(pem).export({ type: 'spki', format: 'der' }).subarray(-32);
  const body = [Buffer.of(4), number(made, 4), Buffer.of(EDDSA), CURVE];
  return Buffer.concat([...body, integer(Buffer.concat([Buffer.of(0x40), point]))]);
}

const hashedKey = (body: Buffer): Buffer => Buffer.concat([Buffer.of(0x99), number(body.length, 2), body]);

function number(value: number, bytes: number): Buffer {
  const text = Buffer.alloc(bytes);
  text.writeUIntBE(value, 0, bytes);
  return text;
}

/** A number of any length, after its length in bits. */
function integer(value: Buffer): Buffer {
  const first = value.findIndex(byte => byte !== 0);
  const digits = first < 0 ? Buffer.alloc(0) : value.subarray(first);
  const bits = digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits.readUInt8(0)) + 24;
  return Buffer.concat([number(bits, 2), digits]);
}

const subpacket = (type: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(body.length + 1, type), body]);

const packet = (tag: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.of(0xc0 | tag, 0xff), number(body.length, 4), body]);
