import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { weaknessOfKeys } from '../pve/images/openpgp-keys.ts';
import { withoutArmour } from '../pve/images/signed-message.ts';
import { UserError } from '../sdk/error.ts';
import { writePrivateFile } from '../system/private-files.ts';
import { runCommand } from '../system/run-command.ts';

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
  const keyring = withoutArmour(signed.keyring);
  const files = [writePrivateFile(keyring), writePrivateFile(signed.signature), signed.file] as const;
  const finding = await FIND[verifier](files, keyring);
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

type Files = readonly [keyring: string, signature: string, file: string];

const FIND: Readonly<Record<Verifier, (files: Files, keyring: Buffer) => Promise<Finding>>> = {
  gpgv: async (files, keyring) => {
    const { stdout, stderr } = await runCommand(['gpgv', '--status-fd', '1', '--keyring', ...files]);
    return readGpgv(stdout, stderr, weaknessOfKeys(keyring));
  },
  sqv: async files => {
    const { rc, stdout, stderr } = await runCommand(['sqv', '-v', '--keyring', ...files]);
    return readSqv(rc, stdout, stderr);
  },
};

const tooWeak = (what: string): string =>
  `its signature rests on ${what}, which is too weak to prove anything`;

/** What gpgv's status words mean when there is no good signature. */
const GPGV_FLAWS: readonly (readonly [word: string, flaw: string])[] = [
  ['BADSIG', 'the signature does not fit: the file or the signature was changed'],
  ['REVKEYSIG', 'the key of its signature was revoked'],
  ['EXPKEYSIG', 'the key of its signature has expired'],
  ['EXPSIG', 'its signature has expired'],
  ['NO_PUBKEY', 'it was signed with a key that is not in the keyring'],
];

/** Digests that are no proof, by their numbers in OpenPGP (RFC 9580, section 9.5); gpgv itself refuses MD5 alone. */
const STRONG_DIGESTS: readonly string[] = ['8', '9', '10', '11', '12', '14'];
const WEAK_DIGESTS: Readonly<Record<string, string>> = { 1: 'MD5', 2: 'SHA1', 3: 'RIPEMD160' };

type KeyWeaknesses = ReturnType<typeof weaknessOfKeys>;

/** Reads `gpgv --status-fd` (GnuPG's doc/DETAILS): one good signature is enough, whatever others there are. */
function readGpgv(status: string, complaint: string, keys: KeyWeaknesses): Finding {
  const findings = status.split(/^\[GNUPG:\] NEWSIG.*$/m).flatMap(text => readGood(text, keys));
  const good = findings.find(finding => 'signer' in finding) ?? findings[0];
  if (good !== undefined) return good;
  const known = GPGV_FLAWS.find(([word]) => new RegExp(`^\\[GNUPG:\\] ${word}\\b`, 'm').test(status));
  return { flaw: known?.[1] ?? `there is no good signature (${lastLine(complaint)})` };
}

/**
 * A signature that gpgv calls good; what it rests on is judged here, as sqv does by itself. The words of VALIDSIG are the
 * fingerprint of the key that signed, which may be a subkey, seven others, the digest, one other, and the primary key.
 */
function readGood(text: string, keys: KeyWeaknesses): Finding[] {
  const words = /^\[GNUPG:\] VALIDSIG (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
  const [key = '', digest = '', signer = ''] = [words[0], words[7], words[9]];
  if (!/^\[GNUPG:\] GOODSIG /m.test(text) || !/^[0-9A-F]{40,64}$/.test(signer)) return [];
  const unread = [key, signer].find(fingerprint => !keys.has(fingerprint));
  const weak =
    (STRONG_DIGESTS.includes(digest) ? undefined : (WEAK_DIGESTS[digest] ?? `digest ${digest}`)) ??
    (unread === undefined
      ? (keys.get(key) ?? keys.get(signer))
      : `the key ${unread}, whose kind is not known`);
  return [weak === undefined ? { signer } : { flaw: tooWeak(weak) }];
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
  const weak = /^ *because: (\S+) is not considered secure/m.exec(complaint)?.[1];
  if (weak !== undefined) return { flaw: tooWeak(weak) };
  const known = SQV_FLAWS.find(([pattern]) => pattern.test(complaint));
  return { flaw: known?.[1] ?? `there is no good signature (${lastLine(complaint)})` };
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
