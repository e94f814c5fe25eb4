import { createHash } from 'node:crypto';

/** Packets of public keys and of their subkeys (RFC 9580, section 5). */
const KEY_PACKETS: readonly number[] = [6, 14];

/** Algorithms whose strength is the length of their first number, and the names that OpenPGP programs give them. */
const BY_LENGTH: Readonly<Record<number, string>> = {
  1: 'RSA',
  2: 'RSA',
  3: 'RSA',
  16: 'Elgamal',
  17: 'DSA',
};
/** ECDSA, EdDSA, Ed25519 and Ed448: no curve of theirs is short. */
const CURVES: readonly number[] = [19, 22, 27, 28];

const SHORTEST = 2048;

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/**
 * The keys of a binary keyring by fingerprint: undefined for one that is strong, else what it is, such as `RSA1024`. A key
 * that is not understood is not among them.
 */
export function weaknessOfKeys(keyring: Buffer): ReadonlyMap<string, string | undefined> {
  const keys = [...packets(keyring)].filter(({ tag, body }) => KEY_PACKETS.includes(tag) && body[0] === 4);
  return new Map(
    keys.flatMap(({ body }) => {
      const strength = strengthOf(body);
      return strength === undefined ? [] : [[fingerprintOf(body), strength.weakness] as const];
    }),
  );
}

/** Version, four bytes of time, algorithm, and then its numbers, each after its length in bits. */
function strengthOf(body: Buffer): { readonly weakness: string | undefined } | undefined {
  if (body.length < 8) return undefined;
  const algorithm = body.readUInt8(5);
  if (CURVES.includes(algorithm)) return { weakness: undefined };
  const name = BY_LENGTH[algorithm];
  if (name === undefined) return undefined;
  const bits = body.readUInt16BE(6);
  return { weakness: bits < SHORTEST ? `${name}${bits}` : undefined };
}

function fingerprintOf(body: Buffer): string {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}

/** Ends at the first packet that is cut off, or of a length that only data may have. */
function* packets(bytes: Buffer): Generator<Packet> {
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at);
    if (length === undefined || length.from + length.size > bytes.length) return;
    const first = bytes.readUInt8(at);
    const tag = isNewFormat(first) ? first & 0x3f : (first & 0x3c) >> 2;
    at = length.from + length.size;
    yield { tag, body: bytes.subarray(length.from, at) };
  }
}

const isNewFormat = (first: number): boolean => (first & 0x40) !== 0;

interface Length {
  readonly from: number;
  readonly size: number;
}

function lengthAt(bytes: Buffer, at: number): Length | undefined {
  const first = bytes.readUInt8(at);
  if (!isNewFormat(first)) {
    const width = [1, 2, 4][first & 3];
    return width === undefined ? undefined : fixed(bytes, at + 1, width);
  }
  const octet = bytes[at + 1] ?? 255;
  if (octet < 192) return { from: at + 2, size: octet };
  if (octet < 224) return { from: at + 3, size: ((octet - 192) << 8) + (bytes[at + 2] ?? 0) + 192 };
  return octet === 255 ? fixed(bytes, at + 2, 4) : undefined;
}

const fixed = (bytes: Buffer, at: number, width: number): Length | undefined =>
  at + width > bytes.length ? undefined : { from: at + width, size: bytes.readUIntBE(at, width) };
