import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { withoutArmour } from '../../pve/images/signed-message.ts';
import { UserError } from '../../sdk/error.ts';
import { writePrivateFile } from '../../system/private-files.ts';
import { runCommand } from '../../system/run-command.ts';

/** Programs that verify OpenPGP signatures; apt needs one of them, so a node has one: `gpgv` until Debian 12, then `sqv`. */
export type Verifier = 'gpgv' | 'sqv';

export interface Signed {
  /** File with what is signed. */
  readonly file: string;
  /** The detached signature, armoured or not. */
  readonly signature: Buffer;
  /** Public keys, armoured or not. */
  readonly keyring: Buffer;
  /** Fingerprints of primary keys that are accepted; empty: every key of the keyring. */
  readonly fingerprints: readonly string[];
}

/** What a verifier found: the primary key of a good signature, or why there is none. */
type Finding = { readonly signer: string } | { readonly flaw: string };

const VERIFIERS: readonly Verifier[] = ['gpgv', 'sqv'];

/** The verifier that the node has. */
export async function findVerifier(folder = '/usr/bin'): Promise<Verifier | undefined> {
  const found = await Promise.all(
    VERIFIERS.map(name =>
      access(`${folder}/${name}`, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return VERIFIERS.find((_, index) => found[index]);
}

/** The fingerprint of the primary key whose signature it is; throws a UserError that says why there is no good one. */
export async function verifySignature(signed: Signed, verifier: Verifier, shownAs: string): Promise<string> {
  const keyring = writePrivateFile(withoutArmour(signed.keyring));
  const signature = writePrivateFile(signed.signature);
  const finding = await FIND[verifier](keyring, signature, signed.file);
  if ('flaw' in finding) throw refusal(shownAs, finding.flaw);
  const accepted = signed.fingerprints;
  if (accepted.length > 0 && !accepted.includes(finding.signer))
    throw refusal(
      shownAs,
      `it was made with the key ${finding.signer}, and not with ${accepted.join(' or ')}`,
    );
  return finding.signer;
}

const refusal = (shownAs: string, flaw: string): UserError =>
  new UserError(
    `cannot trust ${shownAs}: ${flaw}; do not use what it speaks of before its publisher has explained this`,
  );

const FIND: Readonly<
  Record<Verifier, (keyring: string, signature: string, file: string) => Promise<Finding>>
> = {
  gpgv: async (keyring, signature, file) => {
    const { stdout, stderr } = await runCommand([
      'gpgv',
      '--status-fd',
      '1',
      '--keyring',
      keyring,
      signature,
      file,
    ]);
    return readGpgv(stdout, stderr);
  },
  sqv: async (keyring, signature, file) => {
    const { rc, stdout, stderr } = await runCommand(['sqv', '-v', '--keyring', keyring, signature, file]);
    return readSqv(rc, stdout, stderr);
  },
};

/** What gpgv's status words mean when there is no good signature. */
const GPGV_FLAWS: readonly (readonly [word: string, flaw: string])[] = [
  ['BADSIG', 'the signature does not fit: the file or the signature was changed'],
  ['REVKEYSIG', 'the key of its signature was revoked'],
  ['EXPKEYSIG', 'the key of its signature has expired'],
  ['EXPSIG', 'its signature has expired'],
  ['NO_PUBKEY', 'it was signed with a key that is not in the keyring'],
];

/** Reads `gpgv --status-fd` (GnuPG's doc/DETAILS): one good signature is enough, whatever others there are. */
function readGpgv(status: string, complaint: string): Finding {
  const signatures = status.split(/^\[GNUPG:\] NEWSIG.*$/m);
  const good = signatures.find(text => /^\[GNUPG:\] GOODSIG /m.test(text));
  // The last word is the fingerprint of the primary key; a subkey signs.
  const signer = /^\[GNUPG:\] VALIDSIG .*?([0-9A-F]{40,64})$/m.exec(good ?? '')?.[1];
  if (signer !== undefined) return { signer };
  const known = GPGV_FLAWS.find(([word]) => new RegExp(`^\\[GNUPG:\\] ${word}\\b`, 'm').test(status));
  return { flaw: known?.[1] ?? `there is no good signature (${lastLine(complaint)})` };
}

/** What sqv's words mean when there is no good signature. */
const SQV_FLAWS: readonly (readonly [RegExp, string])[] = [
  [/revoked/i, 'the key of its signature was revoked'],
  [/expired|not alive/i, 'its signature or the key of it has expired'],
  [/no key|missing key|not found|unknown/i, 'it was signed with a key that is not in the keyring'],
  [/manipulated|bad|mismatch|invalid/i, 'the signature does not fit: the file or the signature was changed'],
];

/** Reads what sqv says: the fingerprints of the certificates that signed, one a line. */
function readSqv(rc: number, output: string, complaint: string): Finding {
  const signer = /^[0-9A-F]{40,64}$/m.exec(output)?.[0];
  if (rc === 0 && signer !== undefined) return { signer };
  const known = SQV_FLAWS.find(([pattern]) => pattern.test(complaint));
  return { flaw: known?.[1] ?? `there is no good signature (${lastLine(complaint)})` };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
