import { UserError } from '../../sdk/error.ts';
import { HERE, optionName } from '../../sdk/option-name.ts';
import { parseChecksum } from './checksum.ts';
import { shownUrl, withoutLogin } from './file.ts';
import { publishedList, type PublishedList } from './publishers.ts';
import type { ImageChecksum, ImageSignature, ImageTrust } from '../../sdk/image.ts';

/** What the user says about the trust in an image; the names are those of the options. */
export interface TrustWishes {
  readonly url: string;
  readonly checksum?: string | undefined;
  readonly signature_url?: string | undefined;
  readonly keyring?: string | undefined;
  readonly verify: ImageTrust['policy'];
}

/** Why an image cannot be verified as the user wants it. */
export interface TrustFlaw {
  readonly lack: 'keyring' | 'signature' | 'checksum';
  readonly reason: string;
}

/**
 * What must vouch for an image: what the user says, completed by what is known of its publisher. The best that there is
 * counts: a signature over the sums file, else the sums file, else a warning. Throws a UserError when the policy asks for
 * more than anything offers.
 */
export function trustOf(wishes: TrustWishes): ImageTrust {
  const found = findTrust(wishes);
  if (!('lack' in found)) return found;
  throw new UserError(`cannot verify ${shownUrl(wishes.url)}: ${found.reason}; ${FIXES[found.lack]}`);
}

/** The same, with the flaw as a value. */
export function findTrust(wishes: TrustWishes): ImageTrust | TrustFlaw {
  const policy = policyOf(wishes);
  const published = publishedList(withoutLogin(wishes.url));
  const checksum = wishes.checksum === undefined ? undefined : parseChecksum(wishes.checksum);
  const list = listFor(checksum, published, policy, wishes);
  const signature = signatureFor(wishes, list, published);
  if (signature !== undefined && signature.keyrings.length === 0) return NO_KEYRING;
  if (policy === 'signed' && signature === undefined) return nothingSigned(published);
  if (policy === 'checksum' && checksum === undefined && list === undefined) return NOTHING_LISTED;
  return { checksum, list, signature, policy };
}

/** Whoever names a signature or keys wants no image without a good signature. */
function policyOf({ verify, signature_url: url, keyring }: TrustWishes): ImageTrust['policy'] {
  return url !== undefined || (keyring !== undefined && asksSignatures(verify)) ? 'signed' : verify;
}

const asksSignatures = (policy: ImageTrust['policy']): boolean => policy === 'signed' || policy === 'warn';

type List = ImageTrust['list'];

function listFor(
  checksum: ImageChecksum | undefined,
  published: PublishedList | undefined,
  policy: ImageTrust['policy'],
  { signature_url: signatureUrl }: TrustWishes,
): List {
  if (checksum === undefined) return published?.list;
  const { algorithm, digest } = checksum;
  if (typeof digest === 'object') return { url: digest.url, algorithm };
  // The digest that the user gave is enough, unless a signature is demanded, which publishers make over the sums file.
  return policy === 'signed' && signatureUrl === undefined ? published?.list : undefined;
}

function signatureFor(
  wishes: TrustWishes,
  list: List,
  published: PublishedList | undefined,
): ImageSignature | undefined {
  const { signature_url: url, keyring, verify: policy } = wishes;
  const known = list !== undefined && list.url === published?.list.url ? published.signature : undefined;
  const keys = keyring === undefined ? known : { fingerprints: [], keyrings: [keyring] };
  if (url !== undefined) return { ...(keys ?? { fingerprints: [], keyrings: [] }), urls: [url] };
  if (keys === undefined || list === undefined || !asksSignatures(policy)) return undefined;
  return { ...keys, urls: known?.urls ?? [] };
}

const FIXES: Readonly<Record<TrustFlaw['lack'], string>> = {
  keyring: `set ${optionName('cloud_image_keyring')} to a file of public keys on ${HERE}`,
  signature: `set ${optionName('cloud_image_signature_url')} and ${optionName('cloud_image_keyring')}, or set ${optionName('cloud_image_verify')} to checksum`,
  checksum: `set ${optionName('cloud_image_checksum')} to sha256:<digest> or to sha256:<URL of the publisher's SHA256SUMS>`,
};

const NO_KEYRING: TrustFlaw = { lack: 'keyring', reason: 'nothing says whose signature it must have' };

const nothingSigned = (published: PublishedList | undefined): TrustFlaw => ({
  lack: 'signature',
  reason:
    published === undefined
      ? 'no signature of it is known'
      : `${published.publisher} publishes no signature for it`,
});

const NOTHING_LISTED: TrustFlaw = { lack: 'checksum', reason: 'no checksum of it is known' };
