/** A text and the detached signature over it. */
export interface SignedText {
  readonly text: string;
  /** Armoured. */
  readonly signature: string;
}

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

/**
 * Takes a message of the Cleartext Signature Framework (RFC 9580, section 7) apart; undefined when it is none. Lines
 * before and after the message are not part of what is signed, and so not of the answer. The line end before the
 * signature does not count, nor do blanks at the ends of lines.
 */
export function splitSignedMessage(message: string): SignedText | undefined {
  const lines = message.split(/\r?\n/).map(line => line.replace(/[ \t]+$/, ''));
  const begin = lines.indexOf(BEGIN);
  const blank = lines.indexOf('', begin);
  const signature = lines.indexOf(BEGIN_SIGNATURE, blank);
  const end = lines.indexOf(END_SIGNATURE, signature);
  if (begin < 0 || blank < 0 || signature < 0 || end < 0) return undefined;
  return {
    text: lines
      .slice(blank + 1, signature)
      .map(line => line.replace(/^- /, ''))
      .join('\n'),
    signature: `${lines.slice(signature, end + 1).join('\n')}\n`,
  };
}

/** The bytes of a public key block, which `gpgv` takes in no other form; a file that is no armour stays as it is. */
export function withoutArmour(keyring: Buffer): Buffer {
  const text = keyring.toString('latin1');
  const blocks = [
    ...text.matchAll(
      /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[\w-]+: .*\r?\n)*\r?\n([\s\S]*?)\r?\n(?:=[\w+/]{4}\r?\n)?-----END PGP PUBLIC KEY BLOCK-----/g,
    ),
  ];
  if (blocks.length === 0) return keyring;
  return Buffer.concat(blocks.map(([, body = '']) => Buffer.from(body, 'base64')));
}
